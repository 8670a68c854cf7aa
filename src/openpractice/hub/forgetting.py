"""Taking a person out of the hub's own database."""

from jupyterhub import orm


def forget(url: str, person: str) -> bool:
    """True when the hub knew the person; their sign-ins and the place of their server are gone then."""
    db = orm.new_session_factory(url)()
    try:
        user = orm.User.find(db, person)
        if user is None:
            return False
        for client in db.query(orm.OAuthClient).filter_by(identifier=f"jupyterhub-user-{person}"):
            db.delete(client)
        db.delete(user)
        db.commit()
        return True
    finally:
        db.close()
