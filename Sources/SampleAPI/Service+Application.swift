import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

extension Service {
    /// The HTTP server around the routes.
    ///
    /// Idle connections are never closed: test clients keep thousands of them.
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
                // NIO accepts 4 connections per turn of the event loop; with thousands of busy connections, turns are
                // too rare to accept thousands more before their clients time out.
                try? await channel.setOption(.maxMessagesPerRead, value: 512)
                onReady(channel.localAddress?.port ?? port)
            },
            logger: logger)
    }
}
