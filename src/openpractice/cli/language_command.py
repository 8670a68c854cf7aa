"""The verb of people who add a language to the screens: sentences."""

import json
from pathlib import Path

import click

from openpractice import i18n
from openpractice.kit import CourseParts, named_course

# What a verb does is loaded when it is called: --help reads this module, on machines too that lack a part of the kit.


@click.command()
@click.argument("language", required=False)
@click.option("--course", type=click.Path(path_type=Path), metavar="DIR", help="The folder of the course.")
def sentences(language, course):
    """Say which languages the screens speak; with LANGUAGE, print what it still lacks, in English, as JSON.

    What is printed, put into other words and saved as lessons/text/LANGUAGE.json of the course, is the language.

    Example:  openpractice sentences fr
    """
    from openpractice.authoring.courses.lessonfolder import read_folder_course
    from openpractice.authoring.courses.sentences import known_sentences, missing

    parts = CourseParts(course or named_course() or Path())
    read_folder_course(parts.lessons)  # whose files add languages
    whole = len(known_sentences())
    if not language:
        for one in i18n.languages():
            click.echo(f"{one}  {i18n.name_of(one)}: {whole - len(missing(one))} of {whole} sentences")
        return
    if not i18n.is_language(language) or "-" in language:
        raise click.UsageError(f"'{language}' is no language. Write two or three small letters, as in fr.")
    lacking = missing(language)
    click.echo(json.dumps(lacking, ensure_ascii=False, indent=1))
    where = parts.lessons / "text" / f"{language}.json"
    said = f"add them to {where}" if where.is_file() else f"save them, in other words, as {where}"
    click.echo(
        f"{len(lacking)} of {whole} sentences are said in English" + (f": {said}." if lacking else "."), err=True
    )
