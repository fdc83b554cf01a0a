import Glibc

extension LoopbackServer {
    /// Does what a behaviour says. Loops end with the client, and after ten seconds.
    ///
    /// - Returns: whether the connection continues.
    @discardableResult
    func perform(_ behaviour: HostileBehaviour, on stream: ServerStream) -> Bool {
        guard behaviour.opening.isEmpty || stream.send(behaviour.opening) else { return false }
        let end = LoopbackServer.seconds + 10
        switch behaviour.then {
        case .proceed: return true
        case .close: break
        case .farewell: stream.sayFarewell()
        case .reset:
            // What was sent has to arrive first: a reset discards it.
            usleep(30_000)
            var option = linger(l_onoff: 1, l_linger: 0)
            setsockopt(stream.file, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        case .hang:
            var byte: UInt8 = 0
            while withUnsafeMutableBytes(of: &byte, { stream.read($0) }) > 0, LoopbackServer.seconds < end {}
        case .endless(let piece):
            let many = [UInt8]((0..<max(1, 65536 / max(1, piece.count))).map { _ in piece }.joined())
            while LoopbackServer.seconds < end, stream.send(many) {}
        case .newKeys: while LoopbackServer.seconds < end, stream.renewKeys() {}
        case .tickets: while LoopbackServer.seconds < end, stream.sendTicket() {}
        case .handshakes: while LoopbackServer.seconds < end, stream.shakeHandsAgain() {}
        case .drips(let piece):
            while LoopbackServer.seconds < end, stream.send(piece) { usleep(20_000) }
        }
        return false
    }

    private static var seconds: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec
    }
}
