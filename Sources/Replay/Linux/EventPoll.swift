internal import CLinux
internal import Formats
internal import Glibc
internal import Threads
internal import Traffic

/// An epoll instance (epoll(7)), level-triggered by default, that waits until an absolute time with nanosecond
/// resolution.
///
/// Owned by one thread.
struct EventPoll: ~Copyable {
    /// Readiness of a descriptor, or what it is watched for.
    struct Interest: OptionSet, Hashable {
        let rawValue: UInt32
        static let read = Interest(rawValue: UInt32(EPOLLIN.rawValue))
        static let write = Interest(rawValue: UInt32(EPOLLOUT.rawValue))
        /// Reported only: an error or hang-up.
        static let failure = Interest(rawValue: UInt32(EPOLLERR.rawValue) | UInt32(EPOLLHUP.rawValue))
        /// The peer has shut down its sending side.
        static let peerClosed = Interest(rawValue: UInt32(EPOLLRDHUP.rawValue))
        /// Reported once for each change instead of as long as it lasts.
        static let edge = Interest(rawValue: UInt32(EPOLLET.rawValue))
    }

    /// The instance's own descriptor, which another instance can watch.
    let descriptor: Int32
    private let events: UnsafeMutableBufferPointer<epoll_event>

    /// An epoll instance that reports up to `capacity` descriptors per wait.
    init(capacity: Int = 1024) throws(SystemCallError) {
        let descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw SystemCallError("epoll_create1") }
        self.descriptor = descriptor
        events = .allocate(capacity: capacity)
        events.initialize(repeating: epoll_event())
    }

    deinit {
        close(descriptor)
        events.deallocate()
    }

    /// Watches `file`; if it is already watched, only its interest changes.
    func watch(_ file: Int32, for interest: Interest) throws(SystemCallError) {
        var event = epoll_event()
        event.events = interest.rawValue
        event.data.fd = file
        if epoll_ctl(descriptor, EPOLL_CTL_ADD, file, &event) == 0 { return }
        guard errno == EEXIST, epoll_ctl(descriptor, EPOLL_CTL_MOD, file, &event) == 0 else {
            throw SystemCallError("epoll_ctl")
        }
    }

    /// Watches `file`, which is not watched yet, with a token that ``readyToken(at:)`` returns.
    ///
    /// - Returns: whether the system accepted it.
    func watch(_ file: Int32, for interest: Interest, token: UInt64) -> Bool {
        var event = epoll_event()
        event.events = interest.rawValue
        event.data.u64 = token
        return epoll_ctl(descriptor, EPOLL_CTL_ADD, file, &event) == 0
    }

    /// Changes the interest of a watched `file`.
    func change(_ file: Int32, to interest: Interest) throws(SystemCallError) {
        var event = epoll_event()
        event.events = interest.rawValue
        event.data.fd = file
        if epoll_ctl(descriptor, EPOLL_CTL_MOD, file, &event) == 0 { return }
        guard errno == ENOENT, epoll_ctl(descriptor, EPOLL_CTL_ADD, file, &event) == 0 else {
            throw SystemCallError("epoll_ctl")
        }
    }

    /// Stops watching `file`; it may already be closed.
    func forget(_ file: Int32) {
        var event = epoll_event()
        epoll_ctl(descriptor, EPOLL_CTL_DEL, file, &event)
    }

    /// Waits until a descriptor is ready or `nanoseconds` have passed (epoll_pwait2(2)); nil waits indefinitely.
    ///
    /// - Returns: the number of entries of ``ready(at:)``; 0 on timeout or after a signal.
    func wait(nanoseconds: Int64?) throws(SystemCallError) -> Int {
        let count: Int32
        if let nanoseconds {
            let (seconds, rest) = max(0, nanoseconds).quotientAndRemainder(dividingBy: Nanoseconds.perSecond)
            var timeout = timespec(tv_sec: Int(seconds), tv_nsec: Int(rest))
            count = epoll_pwait2(descriptor, events.baseAddress, Int32(events.count), &timeout, nil)
        } else {
            count = epoll_pwait2(descriptor, events.baseAddress, Int32(events.count), nil, nil)
        }
        if count >= 0 { return Int(count) }
        guard errno == EINTR else { throw SystemCallError("epoll_pwait2") }
        return 0
    }

    /// The token of descriptor `index` of the last wait, and its readiness.
    @inline(__always)
    func readyToken(at index: Int) -> (token: UInt64, interest: Interest) {
        (events[index].data.u64, Interest(rawValue: events[index].events))
    }

    /// Descriptor `index` of the last wait, and its readiness.
    func ready(at index: Int) -> (file: Int32, interest: Interest) {
        (events[index].data.fd, Interest(rawValue: events[index].events))
    }
}
