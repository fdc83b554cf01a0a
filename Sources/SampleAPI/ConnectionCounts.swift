import NIOCore
import Synchronization

/// Counts TCP connections when they are accepted and when they end.
final class ConnectionCounts: Sendable {
    /// A reading of all counts at one moment.
    struct Reading: Equatable {
        /// Currently open connections.
        var open = 0
        /// The largest number of open connections so far.
        var peakOpen = 0
        /// All connections so far.
        var accepted = 0
    }

    private let state = Mutex(Reading())

    var reading: Reading { state.withLock { $0 } }

    fileprivate func began() {
        state.withLock { state in
            state.accepted += 1
            state.open += 1
            state.peakOpen = max(state.peakOpen, state.open)
        }
    }

    fileprivate func ended() { state.withLock { $0.open -= 1 } }
}

/// A handler in one connection's pipeline that reports its beginning and end to the counts.
final class ConnectionCounter: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let counts: ConnectionCounts
    private var isCounted = false

    init(counts: ConnectionCounts) { self.counts = counts }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin() }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin()
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    private func begin() {
        guard !isCounted else { return }
        isCounted = true
        counts.began()
    }

    private func end() {
        guard isCounted else { return }
        isCounted = false
        counts.ended()
    }
}
