/**
 * Every word the notebook extension says itself, in both languages of the course kit. What the
 * prompts say is in their own catalogue.
 */
const WORDS = {
  en: {
    course: "Open Practice",
    "course-caption": "Your sessions, and what you wrote in them",
    launcher: "Course",
    "to-page": "To the page of this session",
    yours: "Answers of",
    "prompt-fault":
      "This question's answer box could not be drawn. Nothing you wrote is lost. Reload the page; if it stays like this, tell your facilitator.",
  },
  es: {
    course: "Open Practice",
    "course-caption": "Tus sesiones y lo que escribiste en ellas",
    launcher: "Curso",
    "to-page": "Ir a la página de esta sesión",
    yours: "Respuestas de",
    "prompt-fault":
      "No se pudo dibujar el recuadro de esta pregunta. No se ha perdido nada de lo que escribiste. Vuelve a cargar la página; si sigue igual, avisa a quien facilita.",
  },
};

/**
 * A speaker for one language: `say("course")`.
 * @param {string} language
 */
export function speaker(language) {
  const words = WORDS[String(language).slice(0, 2).toLowerCase()] || WORDS.en;
  return (key) => words[key] ?? key;
}

/** The languages there are words for, with every key of each (a test compares them). */
export const keys = Object.fromEntries(Object.entries(WORDS).map(([lang, words]) => [lang, Object.keys(words)]));
