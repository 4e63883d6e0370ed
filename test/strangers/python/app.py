# A stranger's application: Flask, three routes, and people who use it. It knows nothing of who watches it.
import threading
import time
import urllib.request

from flask import Flask
from werkzeug.serving import make_server

app = Flask(__name__)


@app.get("/enter")
@app.get("/verify")
@app.get("/reservations")
def answer():
    time.sleep(0.01)
    return "ok"


server = make_server("127.0.0.1", 0, app)
threading.Thread(target=server.serve_forever, daemon=True).start()
while True:
    for step in ("enter", "verify", "reservations"):
        urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/{step}").read()
    time.sleep(0.05)
