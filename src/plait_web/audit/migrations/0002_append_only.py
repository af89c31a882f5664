"""The database itself refuses to change or remove an event."""

from django.db import migrations

SQLITE = [
    "CREATE TRIGGER audit_no_{what} BEFORE {WHAT} ON audit_event "
    "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
]
POSTGRESQL = [
    "CREATE FUNCTION audit_append_only() RETURNS trigger AS $$ "
    "BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$ LANGUAGE plpgsql",
    "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit_event "
    "FOR EACH ROW EXECUTE FUNCTION audit_append_only()",
]


def forbid(apps, editor):
    if editor.connection.vendor == "postgresql":
        statements = POSTGRESQL
    else:
        statements = [line.format(what=w.lower(), WHAT=w) for line in SQLITE for w in ("UPDATE", "DELETE")]
    for statement in statements:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(forbid, migrations.RunPython.noop)]
