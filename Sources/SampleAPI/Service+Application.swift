import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

extension Service {
    /// The HTTP server around the routes.
    ///
    /// Connections that rest are never closed: the clients that try this service keep thousands of them.
    ///
    /// - Parameter onReady: called once with the port it listens on.
    func application(
        host: String, port: Int, logger: Logger, onReady: @escaping @Sendable (Int) -> Void
    ) -> some ApplicationProtocol {
        let connections = connections
        return Application(
            router: router(),
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [ConnectionCounter(counts: connections)])),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), serverName: "sample-api", backlog: 16_384),
            onServerRunning: { channel in
                // NIO takes 4 connections a turn; with thousands of busy ones the turns become too rare to take
                // thousands more before their clients lose patience.
                try? await channel.setOption(.maxMessagesPerRead, value: 512)
                onReady(channel.localAddress?.port ?? port)
            },
            logger: logger)
    }
}
