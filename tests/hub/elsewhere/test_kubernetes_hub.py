"""What hub/kubernetes says, at a real hub on this machine: the service outside the hub, everything on PostgreSQL."""

import pytest
import sqlalchemy as sa

from handins import LESSON
from openpractice.gradebook.coursefolder import CourseFolder
from postgres import postgres
from reviewers import calibrate

from .cluster import PROMPT, Cluster, saved

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def cluster(postgres, tmp_path_factory):
    one = None
    try:
        urls = {name: postgres.database() for name in ("hub", "gradebook", "room")}
        one = Cluster(tmp_path_factory.mktemp("cluster"), urls)
        yield one
    finally:
        if one:
            one.end()


@pytest.mark.slow
def test_from_release_to_feedback_and_export(cluster):
    assert "Released Session 1" in cluster.command("release", LESSON)
    ana, home = cluster.signed_in("ana")
    assert home.status_code == 200 and LESSON in home.text
    reply = saved(ana, "Kept on a cluster.")
    assert reply.status_code == 200, reply.text
    handed = ana.send("POST", f"openpractice/api/handin/{LESSON}", json={"revs": {PROMPT: reply.json()["rev"]}})
    assert handed.status_code == 200, handed.text
    assert "1 person" in cluster.command("collect", LESSON)

    folder = CourseFolder(cluster.data, "open-practice", cluster.data / "exchange", cluster.urls["gradebook"])
    calibrate(folder, "rob")
    rob, _ = cluster.signed_in("rob")
    line = rob.get(f"openpractice/api/review/line?lesson={LESSON}&prompt={PROMPT}")
    [waits] = [one for one in line.json()["line"] if one["waits"]]
    words = rob.get(f"openpractice/api/review/answer/{LESSON}/{PROMPT}/{waits['who']}")
    assert "Kept on a cluster." in words.text, words.text
    marked = {"levels": {"R": 2, "P": 2}, "comment": "Read on a cluster.", "version": 0, "seconds": 60}
    put = rob.send("PUT", f"openpractice/api/review/mark/{LESSON}/{PROMPT}/{waits['who']}", json=marked)
    assert put.status_code == 200, put.text
    assert "Returned feedback" in cluster.command("feedback", LESSON, "--person", "ana")
    back = ana.get(f"openpractice/api/feedback/{LESSON}").json()
    assert back["answers"][PROMPT]["comment"] == "Read on a cluster."

    fay, corner = cluster.signed_in("fay")
    assert corner.url.path.endswith("/facilitator/")
    table = fay.get("openpractice/api/review/export?form=long&as=csv")
    assert table.status_code == 200 and "Read on a cluster." in table.text, table.text
    assert fay.get("openpractice/room").status_code == 200
    for name, url in cluster.urls.items():
        engine = sa.create_engine(url)
        assert sa.inspect(engine).get_table_names(), name
        engine.dispose()
    # Who is who by the hub's names lies on the volume, beside people's words; all else is in PostgreSQL.
    assert [path.name for path in (*cluster.data.rglob("*.db"), *cluster.data.rglob("*.sqlite"))] == ["members.db"]


@pytest.mark.slow
def test_whoever_is_in_none_of_the_groups_is_not_let_in(cluster):
    _, page = cluster.signed_in("zoe")
    assert page.status_code == 403


@pytest.mark.slow
def test_words_outlive_the_pod(cluster):
    """As `Recreate` does it: the old one ends before the new one begins, and whoever was signed in still is."""
    ben, _ = cluster.signed_in("ben")
    assert saved(ben, "Before.").status_code == 200
    cluster.stop()
    cluster.serve()
    held = ben.get(f"openpractice/api/answers?lesson={LESSON}").json()["answers"][PROMPT]
    assert held["value"] == {"text": "Before."}
