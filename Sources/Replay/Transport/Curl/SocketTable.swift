internal import CLinux
internal import Threads

/// Which sockets libcurl wants watched, and which epoll watches: indexed by descriptor, so that nothing is searched.
///
/// libcurl ends its interest in a socket after every response and takes it up again at the next request. Epoll is told
/// only of what matters (a new socket, a wish to write), which saves two system calls a request; an event that no one
/// waits for ends the watch.
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
        /// Whether TCP has connected it, and it is counted as open: libcurl asks for nothing to read before.
        var isConnected = false
        /// Whether nothing more is read of it: what it sends is kept by libcurl, without end.
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

    /// Watches `file` for `lane` as libcurl asks.
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

    /// The lane that waits for an event of `file`; nil, and an end of the watch, when none does.
    func lane(of file: Int32) -> Int? {
        guard entries.indices.contains(Int(file)) else { return nil }
        if entries[Int(file)].wanted.isEmpty || entries[Int(file)].isMuted {
            poll.forget(file)
            entries[Int(file)].watched = []
            return nil
        }
        return Int(entries[Int(file)].lane)
    }

    /// Reads no more of a socket: its transfer ends when its time is over.
    func mute(_ file: Int32) {
        if entries.indices.contains(Int(file)) { entries[Int(file)].isMuted = true }
    }

    /// Ends the connections that `slot` still holds open (shutdown(2)): libcurl then finds them dead and closes them.
    func shutDown(slot: Int) {
        for file in filesBySlot[slot] ?? [] { reprise_shut_down(file) }
        filesBySlot[slot] = nil
    }
}
