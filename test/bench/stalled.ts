import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Stream } from './audience.ts'
import { type Address, encodeRequest, open } from './http.ts'
import { connections } from './process.ts'

/** Milliseconds after which a stalled socket is full: its buffers, then the watcher's queue. */
export const STALL_MS = 15_000

/**
 * Opens sockets that request a stream and never read. The kernel would buffer minutes of events before the server
 * noticed, so each first receives a body that fills most of the buffers.
 */
export async function stall(sockets: number, stream: Stream, bare: Address): Promise<Socket[]> {
  const text = encodeRequest(bytesOf(bare, await capacityOf(bare))) + encodeRequest(stream)
  return Array.from({ length: sockets }, () => openDeaf(bare.port, text))
}

/** Bytes queued for a socket that does not read, at the server and here. */
function waitingBytes(socket: Socket): number {
  const { localPort, remotePort } = socket
  const ends = connections().flatMap((one) => {
    if (one.localPort === remotePort && one.remotePort === localPort) return [one.unsentBytes]
    return one.localPort === localPort && one.remotePort === remotePort ? [one.unreadBytes] : []
  })
  return ends.reduce((total, bytes) => total + bytes, socket.readableLength)
}

const bytesOf = (bare: Address, bytes: number) => ({ ...bare, path: `/bytes?n=${bytes}` })

/** Bytes that the kernel buffers between a writing server and a socket that does not read. */
async function capacityOf(bare: Address): Promise<number> {
  const socket = openDeaf(bare.port, encodeRequest(bytesOf(bare, 32 * 1024 * 1024)))
  await sleep(1_000)
  const bytes = waitingBytes(socket)
  socket.destroy()
  return bytes
}

function openDeaf(port: number, text: string): Socket {
  const socket = open(port)
  socket.pause()
  socket.on('error', () => {})
  socket.write(text)
  return socket
}
