"""The only writers of the data map and its registers."""

from plait_web.knowledge.actions.assets import change_asset, confirm, end_asset, map_asset, rate
from plait_web.knowledge.actions.files import map_headings, put_file_aside, save_file, take_file
from plait_web.knowledge.actions.links import end_link, make_link, opened, save_draft, send_draft
from plait_web.knowledge.actions.registers import (
    add_flag,
    add_system,
    ask_for_change,
    change_flag,
    change_system,
    end_flag,
    settle_request,
)

__all__ = [
    "add_flag",
    "add_system",
    "ask_for_change",
    "change_asset",
    "change_flag",
    "change_system",
    "confirm",
    "end_asset",
    "end_flag",
    "end_link",
    "make_link",
    "map_asset",
    "map_headings",
    "opened",
    "put_file_aside",
    "rate",
    "save_draft",
    "save_file",
    "send_draft",
    "settle_request",
    "take_file",
]
