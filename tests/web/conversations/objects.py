"""One conversation, for the pages about one."""

from plait_web.accounts.models import User
from plait_web.conversations.models import Conversation
from plait_web.picture.models import Run


def _conversation() -> dict[str, int]:
    by = User.objects.get_or_create(email="keeper@example.org", defaults={"name": "Keeper"})[0]
    run = Run.objects.create(state="made", why="Asked for", period="2024-25")
    return {"pk": Conversation.objects.create(about="MI01", run=run, asked="Why so few?", by=by).pk}


KWARGS = {f"conversations:{page}": _conversation for page in ("one", "shown", "read", "ask_next", "end")}
