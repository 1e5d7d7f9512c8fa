"""A cell that ends in a timer, a server, a socket, a child or a file shows what that is in one line."""

from dialogue import Dialogue


class Resources(Dialogue):
    def shown(self, code, pattern):
        cell = self.runs(code)
        self.assertRegex(cell.result or "", f"^{pattern}$")

    def test_timers(self):
        self.shown("const once = setTimeout(() => {}, 50000); once", r"Timeout \(after 50000 ms\)")
        self.shown("setInterval(() => {}, 1500).unref()", r"Timeout \(every 1500 ms\)")
        self.shown("clearTimeout(once); once", r"Timeout \(over\)")
        self.shown("setImmediate(() => {})", r"Immediate \(at the next turn of the event loop\)")

    def test_servers(self):
        self.runs("import http from 'node:http'; import net from 'node:net'; import http2 from 'node:http2'")
        self.shown("const server = http.createServer(); server", r"Server \(not listening\)")
        self.shown("server.listen(0)", r"Server \(listening on port \d+\)")
        self.shown("const local = net.createServer().listen(0, '127.0.0.1'); await new Promise((done) => local.on('listening', done)); local", r"Server \(listening on 127.0.0.1:\d+\)")
        self.shown("http2.createServer()", r"Http2Server \(not listening\)")

    def test_sockets(self):
        self.runs(
            "import { createServer, connect, Socket } from 'node:net'; const echo = createServer((s) => s.pipe(s)).listen(0, '127.0.0.1');"
            "await new Promise((done) => echo.on('listening', done)); const { port } = echo.address() as any"
        )
        self.shown("new Socket()", r"Socket \(not connected\)")
        self.shown("const socket = connect(port, '127.0.0.1'); socket", r"Socket \(connecting\)")
        self.shown("while (socket.connecting) await sleep(10); socket", r"Socket \(connected to 127.0.0.1:\d+\)")
        self.shown("socket.destroy()", r"Socket \(closed\)")
        self.shown("require('node:dgram').createSocket('udp4')", r"Socket \(UDP, not bound\)")
        self.shown("require('node:http').get({ port, host: '127.0.0.1', path: '/a' }).on('error', () => {})", r"ClientRequest \(GET http://127.0.0.1/a\)")

    def test_children_and_files(self):
        self.runs("import { spawn } from 'node:child_process'; const node = process.execPath")
        self.shown("const child = spawn(node, ['-e', '0']); child", r"ChildProcess \(.*node\S* -e 0, pid \d+\)")
        self.shown("while (child.exitCode === null) await sleep(10); child", r"ChildProcess \(.* -e 0, pid \d+, ended with 0\)")
        self.shown("require('node:fs').createReadStream(node)", r"ReadStream \(.*node\S*\)")

    def test_a_class_of_a_person_shows_its_fields(self):
        self.shown("class Timeout { after = 3 }; new Timeout()", r"Timeout \{ after: 3 \}")
        self.shown("class Server { address() { throw 1 } }; new Server()", r"Server \{\}")
        self.shown("console.log([setTimeout(() => {}, 1)].length)", "")
