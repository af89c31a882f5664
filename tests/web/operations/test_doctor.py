"""The doctor names each thing that is not as it must be, and what to do about it."""


def test_a_new_installation_is_told_what_is_missing(new_service):
    service = new_service()
    service.home.chmod(0o700)
    assert "Run: plait upgrade" in service.plait("doctor", well=False)
    service.plait("upgrade")
    told = service.plait("doctor")
    assert "SHOULD The partnership's key" in told
    assert "SHOULD The worker looked for work lately" in told


def test_a_key_inside_the_workspace_must_be_moved(new_service):
    service = new_service()
    service.plait("upgrade")
    inside = service.home / "partnership.key"
    told = _with(service, PLAIT_KEY_FILE=str(inside)).plait("doctor", well=False)
    assert "MUST   The key lies outside the workspace" in told


def test_an_address_that_is_not_encrypted_must_be_changed(new_service):
    service = new_service()
    service.plait("upgrade")
    told = _with(service, PLAIT_BASE_URL="http://plait.example.org").plait("doctor", well=False)
    assert "https://" in told


def test_a_trail_that_was_changed_is_seen(new_service):
    service = new_service()
    service.plait("upgrade")
    service.python(
        "from plait_web.audit.record import record\nfrom plait_web.audit.models import Head\n"
        "record('a.thing', by=None)\nHead.objects.update(count=7)"
    )
    assert "It is broken at event" in service.plait("doctor", well=False)
    assert "The trail is broken" in service.plait("audit", "verify", well=False)


def _with(service, **changed):
    """The same installation with other variables."""
    kind = type(service)
    other = type("Changed", (kind,), {"environment": property(lambda self: {**kind.environment.fget(self), **changed})})
    return other(service.home, service.database)
