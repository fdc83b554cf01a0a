import Glibc
import Hummingbird

/// The HTTP server of a live page, on its own threads.
public final class LiveServer: Sendable {
    /// Why a page cannot be served.
    public struct Failure: Error, CustomStringConvertible {
        /// One sentence without a full stop.
        public let description: String
    }

    /// Where it listens.
    public var address: ListenAddress { host.address }

    private let host: ServerHost
    private let hub: LiveHub

    /// Connections that are served at once.
    static let connectionLimit = 1200

    /// Starts to listen; returns when it does.
    ///
    /// - Parameter token: what every reader must show; nil for this machine only, which `address` must be of then.
    /// - Throws: ``Failure``, such as that the address is in use.
    public init(_ hub: LiveHub, at address: ListenAddress, token: String?, control: String) throws(Failure) {
        guard token != nil || address.isLoopback else {
            throw Failure(
                description: "\(address) can be reached from other machines: give a token (--live-token) for it")
        }
        let access = LiveAccess(token: token, control: control, isLoopback: address.isLoopback)
        host = try ServerHost(
            LiveRoutes(hub: hub, access: access).router().buildResponder(), at: address, name: "the live page",
            connections: LiveServer.connectionLimit)
        self.hub = hub
    }

    /// Stops listening and closes what is open; waits a moment for readers to take what is left.
    public func stop() {
        for _ in 0..<20 where hub.readerCount > 0 { usleep(50_000) }
        host.stop()
    }
}
