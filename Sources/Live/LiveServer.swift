import Glibc
import Hummingbird

/// The HTTP server of a live page, on its own threads.
public final class LiveServer: Sendable {
    /// Why a page cannot be served.
    public struct Failure: Error, CustomStringConvertible {
        /// One sentence without a final full stop.
        public let description: String
    }

    /// Where it listens.
    public var address: ListenAddress { host.address }

    private let host: ServerHost
    private let hub: LiveHub

    /// The most connections that are served at once.
    static let connectionLimit = 1200

    /// Starts to listen, and returns once it does.
    ///
    /// - Parameter token: the token that every reader must present; nil to serve this machine only, and then `address`
    ///   must be a loopback address.
    /// - Throws: ``Failure``, for example if the address is in use.
    public init(_ hub: LiveHub, at address: ListenAddress, token: String?, control: String) throws(Failure) {
        guard token != nil || address.isLoopback else {
            throw Failure(description: "\(address) can be reached from other machines: a page there needs a token")
        }
        let access = LiveAccess(token: token, control: control, isLoopback: address.isLoopback)
        host = try ServerHost(
            LiveRoutes(hub: hub, access: access).router().buildResponder(), at: address, name: "the live page",
            connections: LiveServer.connectionLimit)
        self.hub = hub
    }

    /// Stops listening and closes open connections; waits briefly for readers to receive the rest.
    public func stop() {
        for _ in 0..<20 where hub.readerCount > 0 { usleep(50_000) }
        host.stop()
    }
}
