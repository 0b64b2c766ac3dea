"""A small window in the upper left corner that a file or folder can be dragged out of, as out of a file manager.

    drag.py PATH        prints "ready" when it stands there
"""

import pathlib
import sys

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GLib, Gtk  # noqa: E402

uri = pathlib.Path(sys.argv[1]).resolve().as_uri()
window = Gtk.Window(title="Files", decorated=False, type=Gtk.WindowType.POPUP)
window.set_default_size(120, 60)
window.move(0, 0)
box = Gtk.EventBox()
box.add(Gtk.Label(label=pathlib.Path(sys.argv[1]).name[-16:]))
box.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
box.drag_source_add_uri_targets()
box.connect("drag-data-get", lambda _box, _context, data, _info, _time: data.set_uris([uri]))
box.connect("drag-end", lambda _box, _context: GLib.timeout_add(200, Gtk.main_quit))
window.add(box)
window.show_all()
GLib.idle_add(lambda: print("ready", flush=True))
Gtk.main()
