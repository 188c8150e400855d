"""jupyter_server's REST and websocket, as JupyterLab and Notebook use them, on the kernel "njepa"."""

import asyncio
import json
import os
import subprocess
import sys
import time
import uuid

from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import websocket_connect

TOKEN = "t" + uuid.uuid4().hex
PORT = int(sys.argv[1])
BASE = f"127.0.0.1:{PORT}"


async def rest(method, path, body=None):
    headers = {"Authorization": f"token {TOKEN}"}
    text = None if body is None else json.dumps(body)
    request = HTTPRequest(f"http://{BASE}/api/{path}", method, headers, text, allow_nonstandard_methods=True)
    answer = await AsyncHTTPClient().fetch(request)
    return json.loads(answer.body) if answer.body else None


def message(kind, content, channel="shell"):
    header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "username": "", "session": "s", "date": "", "version": "5.3"}
    return {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": channel, "buffers": []}


def execute(code):
    return message("execute_request", {"code": code, "silent": False, "store_history": True, "user_expressions": {},
                                       "allow_stdin": False, "stop_on_error": True})


async def outcome(socket, request, on_busy=None):
    await socket.write_message(json.dumps(request))
    seen = []
    while True:
        got = json.loads(await asyncio.wait_for(socket.read_message(), 60))
        if got["parent_header"].get("msg_id") != request["header"]["msg_id"]:
            continue
        seen.append((got["msg_type"], got["content"]))
        if got["msg_type"] == "execute_input" and on_busy:
            asyncio.get_event_loop().create_task(on_busy())
        kinds = [kind for kind, _ in seen]
        idle = any(kind == "status" and content["execution_state"] == "idle" for kind, content in seen)
        if idle and "execute_reply" in kinds:
            return seen


async def main():
    for _ in range(150):
        try:
            await rest("GET", "status")
            break
        except Exception:
            await asyncio.sleep(0.2)
    specs = await rest("GET", "kernelspecs")
    assert specs["kernelspecs"]["njepa"]["spec"]["display_name"] == "N-JEPA (TypeScript)"
    kernel = (await rest("POST", "kernels", {"name": "njepa"}))["id"]
    socket = await websocket_connect(HTTPRequest(f"ws://{BASE}/api/kernels/{kernel}/channels?token={TOKEN}"))
    seen = dict(await outcome(socket, execute("const kept = 41; kept + 1")))
    assert seen["execute_result"]["data"]["text/plain"] == "42", seen

    async def stop():
        await asyncio.sleep(1)
        await rest("POST", f"kernels/{kernel}/interrupt")

    seen = dict(await outcome(socket, execute("await 0; for (;;) {}"), stop))
    assert seen["error"]["ename"] == "Interrupted", seen
    seen = dict(await outcome(socket, execute("kept")))
    assert seen["execute_result"]["data"]["text/plain"] == "41", seen
    await rest("POST", f"kernels/{kernel}/restart")
    socket = await websocket_connect(HTTPRequest(f"ws://{BASE}/api/kernels/{kernel}/channels?token={TOKEN}"))
    seen = dict(await outcome(socket, execute("typeof (globalThis as any).kept")))
    assert seen["execute_result"]["data"]["text/plain"] == "undefined", seen
    await rest("DELETE", f"kernels/{kernel}")
    assert await rest("GET", "kernels") == []
    print("server: ok")


server = subprocess.Popen([sys.executable, "-m", "jupyter_server", f"--port={PORT}", f"--IdentityProvider.token={TOKEN}",
                           "--ServerApp.open_browser=False", "--allow-root", "--ServerApp.port_retries=0"],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
try:
    asyncio.run(main())
finally:
    server.terminate()
    server.wait()
