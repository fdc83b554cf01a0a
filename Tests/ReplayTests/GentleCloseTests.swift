import CLinux
import Glibc
import Testing

/// A connection closed with unread bytes ends for its peer, and is not reset.
@Suite struct GentleCloseTests {
    /// Both ends of a TCP connection on the loopback interface.
    private func connection() throws -> (near: Int32, far: Int32) {
        let listener = reprise_stream_socket(AF_INET)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let near = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let isConnected = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, size) == 0 && listen(listener, 1) == 0
                    && getsockname(listener, address, &size) == 0 && connect(near, address, size) == 0
            }
        }
        try #require(isConnected, "a connection on the loopback interface: \(errno)")
        // The kernel has completed the handshake, so there is a connection to accept.
        let far = accept(listener, nil, nil)
        try #require(far >= 0)
        return (near, far)
    }

    /// The result of reading at the far end after the near end is closed with `bytes` unread: 0 for an end, an errno
    /// for a reset.
    private func outcome(unread bytes: Int, _ closing: (Int32) -> Int32) throws -> Int32 {
        let (near, far) = try connection()
        defer { close(far) }
        try #require(write(far, [UInt8](repeating: 1, count: bytes), bytes) == bytes)
        var ready = pollfd(fd: near, events: Int16(POLLIN), revents: 0)
        try #require(poll(&ready, 1, 10_000) == 1, "the bytes have come")
        #expect(closing(near) == 0)
        var byte: UInt8 = 0
        return read(far, &byte, 1) == 0 ? 0 : errno
    }

    @Test(arguments: [1, 5000, 60_000]) func thePeerReadsAnEnd(_ unread: Int) throws {
        #expect(try outcome(unread: unread, reprise_close_gently) == 0)
    }

    @Test func closingAloneResets() throws {
        #expect(try outcome(unread: 5000, close) == ECONNRESET, "what the gentle way is for")
    }
}
