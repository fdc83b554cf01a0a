import NIOCore
import Synchronization

/// Counts TCP connections as the kernel hands them over and as they end.
final class ConnectionCounts: Sendable {
    /// A reading of all counts at one moment.
    struct Reading: Equatable {
        /// Connections there are now.
        var open = 0
        /// The most there ever were at once.
        var peakOpen = 0
        /// All there ever were.
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

/// Sits in one connection's pipeline and tells the counts of its beginning and its end.
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
