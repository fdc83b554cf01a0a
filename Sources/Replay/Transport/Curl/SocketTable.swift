internal import CLinux
internal import Threads

/// The sockets that libcurl wants watched and those that epoll watches, indexed by descriptor, so that no search is
/// needed.
///
/// libcurl ends its interest in a socket after every response and renews it with the next request. Only relevant
/// changes are passed to epoll (a new socket, a wish to write), which saves two system calls per request; an event that
/// nothing waits for ends the watch.
final class SocketTable {
    let poll: EventPoll
    let floods: FloodGuard
    private var entries: [Entry] = []
    private var filesBySlot: [Int: [Int32]] = [:]
    private(set) var opened = 0
    private(set) var open = 0

    private struct Entry {
        var wanted: EventPoll.Interest = []
        var watched: EventPoll.Interest = []
        var lane: Int32 = -1
        var slot: Int32 = -1
        /// Whether TCP has connected it, and it is counted as open. libcurl asks to read only after that.
        var isConnected = false
        /// Whether reading has stopped: libcurl would store what it receives without limit.
        var isMuted = false
    }

    init(floods: FloodGuard) throws(SystemCallError) {
        self.floods = floods
        poll = try EventPoll()
    }

    /// Notes a new socket of `slot`.
    func opened(_ file: Int32, slot: Int) {
        let index = Int(file)
        if index >= entries.count {
            entries.append(contentsOf: repeatElement(Entry(), count: max(64, index + 1 - entries.count)))
        }
        entries[index] = Entry(slot: Int32(slot))
        filesBySlot[slot, default: []].append(file)
        floods.opened(file, slot: slot)
    }

    /// Notes that a socket is about to be closed, which ends its watch.
    func closed(_ file: Int32) {
        guard entries.indices.contains(Int(file)) else { return }
        floods.closed(file)
        let slot = Int(entries[Int(file)].slot)
        filesBySlot[slot]?.removeAll { $0 == file }
        if entries[Int(file)].isConnected { open -= 1 }
        entries[Int(file)] = Entry()
    }

    /// Updates libcurl's interest in `file` for `lane`.
    func want(_ file: Int32, _ interest: EventPoll.Interest, lane: Int) {
        let index = Int(file)
        guard entries.indices.contains(index) else { return }
        entries[index].wanted = interest
        if interest.contains(.read), !entries[index].isConnected {
            entries[index].isConnected = true
            opened += 1
            open += 1
        }
        entries[index].lane = Int32(lane)
        guard !interest.isEmpty, !entries[index].isMuted else { return }
        let watched = entries[index].watched
        if watched.isEmpty {
            guard (try? poll.watch(file, for: interest)) != nil else { return }
        } else if interest.contains(.write) != watched.contains(.write) || !watched.contains(interest) {
            guard (try? poll.change(file, to: interest)) != nil else { return }
        } else {
            return
        }
        entries[index].watched = interest
    }

    /// The lane that waits for an event of `file`; if none does, nil, and the watch ends.
    func lane(of file: Int32) -> Int? {
        guard entries.indices.contains(Int(file)) else { return nil }
        if entries[Int(file)].wanted.isEmpty || entries[Int(file)].isMuted {
            poll.forget(file)
            entries[Int(file)].watched = []
            return nil
        }
        return Int(entries[Int(file)].lane)
    }

    /// Stops reading from a socket: its transfer ends at its time limit.
    func mute(_ file: Int32) {
        if entries.indices.contains(Int(file)) { entries[Int(file)].isMuted = true }
    }

    /// Shuts down the connections that `slot` still has open (shutdown(2)): libcurl then finds them dead and closes
    /// them.
    func shutDown(slot: Int) {
        for file in filesBySlot[slot] ?? [] { reprise_shut_down(file) }
        filesBySlot[slot] = nil
    }
}
