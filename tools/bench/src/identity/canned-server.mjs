// Answers every request with one token, in a process of its own, so that the CPU time measured is the client's alone.
import { createServer } from 'node:http'

const body = JSON.stringify({ token: 't'.repeat(900), expiresOn: '2030-01-02T03:04:05.6789012+00:00' })
const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
const server = createServer((request, response) => {
  request.resume()
  request.once('end', () => response.writeHead(200, headers).end(body))
})
server.listen(0, '127.0.0.1', () => process.send?.(server.address().port))
process.once('disconnect', () => process.exit())
