/**
 * Every word this page says itself, in both languages of the course kit. What the
 * prompts say is in their own catalogue.
 */
const WORDS = {
  en: {
    home: "Course home",
    words: "My words",
    options: "Options",
    smaller: "Smaller text",
    larger: "Larger text",
    size: "Text size: {percent} %",
    print: "Print this session",
    tools: "Show the notebook tools",
    reading: "Back to the reading page",
    progress: "{answered} of {all} answered",
    "minutes-left": "about {minutes} minutes of writing left",
    "all-answered": "All {all} answered",
    next: "Next question",
    "next-key": "Next question without an answer (Alt+N)",
    "hand-in": "Go to the end",
    skip: "Skip to the first question",
    saved: "Nothing to save: every word is kept as you type.",
    typed: "Typed here before the box was in place. It counts as long as the box above is empty.",
    "prompt-fault":
      "This question's answer box could not be drawn. Nothing you wrote is lost. Reload the page; if it stays like this, tell your facilitator.",
    "page-fault":
      "This session could not be opened as a reading page. Nothing you wrote is lost. Reload the page; if it stays like this, tell your facilitator.",
    progressbar: "Your progress in this session",
    about: "This page",
  },
  es: {
    home: "Inicio del curso",
    words: "Mis palabras",
    options: "Opciones",
    smaller: "Texto más pequeño",
    larger: "Texto más grande",
    size: "Tamaño del texto: {percent} %",
    print: "Imprimir esta sesión",
    tools: "Mostrar las herramientas del cuaderno",
    reading: "Volver a la página de lectura",
    progress: "{answered} de {all} respondidas",
    "minutes-left": "quedan unos {minutes} minutos de escritura",
    "all-answered": "Las {all} respondidas",
    next: "Siguiente pregunta",
    "next-key": "Siguiente pregunta sin respuesta (Alt+N)",
    "hand-in": "Ir al final",
    skip: "Ir a la primera pregunta",
    saved: "No hay nada que guardar: cada palabra se conserva mientras escribe.",
    typed: "Escrito aquí antes de que apareciera el recuadro. Cuenta mientras el recuadro de arriba esté vacío.",
    "prompt-fault":
      "No se pudo dibujar el recuadro de esta pregunta. No se ha perdido nada de lo que escribió. Vuelva a cargar la página; si sigue igual, avise a su facilitador.",
    "page-fault":
      "Esta sesión no se pudo abrir como página de lectura. No se ha perdido nada de lo que escribió. Vuelva a cargar la página; si sigue igual, avise a su facilitador.",
    progressbar: "Su avance en esta sesión",
    about: "Esta página",
  },
};

/**
 * A speaker for one language: `say("next")`, `say("progress", {answered: 3, all: 6})`.
 * @param {string} language
 */
export function speaker(language) {
  const words = WORDS[String(language).slice(0, 2).toLowerCase()] || WORDS.en;
  return (key, values = {}) =>
    (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** The languages there are words for, with every key of each (a test compares them). */
export const keys = Object.fromEntries(Object.entries(WORDS).map(([lang, words]) => [lang, Object.keys(words)]));
