"""A small window in the lower right corner that takes what is dropped on it, as a file manager does.

    catch.py        prints "ready" when it stands there, and then the address of each file that is dropped
"""

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GLib, Gtk  # noqa: E402

window = Gtk.Window(title="Catch", decorated=False, type=Gtk.WindowType.POPUP)
window.set_default_size(160, 80)
window.move(1270, 810)
box = Gtk.EventBox()
box.add(Gtk.Label(label="Catch"))
box.drag_dest_set(Gtk.DestDefaults.ALL, [], Gdk.DragAction.COPY)
box.drag_dest_add_uri_targets()


def caught(_box, context, _x, _y, data, _info, time):
    print(" ".join(data.get_uris()), flush=True)
    Gtk.drag_finish(context, True, False, time)


box.connect("drag-data-received", caught)
window.add(box)
window.show_all()
GLib.idle_add(lambda: print("ready", flush=True))
Gtk.main()
