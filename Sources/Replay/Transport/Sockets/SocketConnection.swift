internal import HTTPWire
internal import Plan
internal import Traffic

/// A TCP connection to a target with its current request. About two hundred bytes.
struct SocketConnection {
    enum State: UInt8 {
        /// No socket.
        case free
        case connecting
        /// Connected, in the TLS handshake.
        case securing
        /// Open, with no request in flight.
        case idle
        /// A request has been given to it.
        case busy
    }

    var file: Int32 = -1
    /// TLS on the socket, from the time it is connected; owned by the connection, ended when the socket is closed.
    var tls: TLSStream?
    /// Counts the sockets that used this entry: events of earlier ones are ignored.
    var generation: UInt32 = 0
    var state = State.free
    /// Whether the current request opened it.
    var isFresh = false
    /// Whether TCP has connected it, and it is counted as open.
    var isCounted = false
    /// Whether any byte of the request has been written.
    var hasWritten = false
    /// Whether the connection ends with the response.
    var isEnding = false
    /// Whether the response is HTML although the request expects JSON.
    var isHTML = false
    var method = RequestMethod.other
    var flags: RequestTable.Flags = []
    var slot: Int32 = -1
    var target: Int32 = 0
    /// The number of the clone that opened it among those of its part, for its local address.
    var numberInPart = 0
    /// The recorded connection that it replaces.
    var ordinal: UInt16 = 0
    var status: UInt16 = 0
    /// How many of the target's addresses refused while it connected.
    var refusals: UInt16 = 0
    /// Index of the target's address that it connects to.
    var address: UInt16 = 0
    /// The next connection of its slot, or the next free entry; -1 for none.
    var next: Int32 = -1

    /// Index of the request in its script.
    var request: Int32 = 0
    /// Index of the stored response; -1 for none.
    var kept: Int32 = -1
    var parser = HTTP1Parser(isRequest: false, isStrict: true)
    var started = RunTime.zero
    var sent = RunTime.zero
    var firstByte: RunTime?
    var connectionFree: RunTime?
    var requestBytes = 0
    var responseBytes = 0
    /// Bytes of interim responses before the final one.
    var interimBytes: Int32 = 0
    var bodyBytes: UInt64 = 0
    var bodyHash = BodyHash()

    /// The unwritten rest of the request, and whether it has to be freed.
    var unsent = UnsafeRawBufferPointer(start: nil, count: 0)
    var unsentBlock: UnsafeMutableRawPointer?

    /// The deadline of the current request; nil when there is none.
    var deadline: RunTime?
    /// Its place in the timer wheel.
    var timerTick: Int64 = -1
    var timerNext: Int32 = -1
    var timerPrevious: Int32 = -1
}

/// The connections of a worker, by index. Memory grows with the most that were open at the same time.
struct SocketConnections: ~Copyable {
    private var storage: UnsafeMutablePointer<SocketConnection>
    private var capacity: Int
    private(set) var count = 0
    private var firstFree: Int32 = -1

    init() {
        capacity = 64
        storage = .allocate(capacity: capacity)
    }

    deinit {
        storage.deinitialize(count: count)
        storage.deallocate()
    }

    subscript(index: Int32) -> SocketConnection {
        @inline(__always) _read { yield storage[Int(index)] }
        @inline(__always) nonmutating _modify { yield &storage[Int(index)] }
    }

    /// Allocates an entry for a new connection.
    mutating func take() -> Int32 {
        if firstFree >= 0 {
            let index = firstFree
            firstFree = self[index].next
            let generation = self[index].generation
            self[index] = SocketConnection()
            self[index].generation = generation &+ 1
            return index
        }
        if count == capacity {
            let larger = UnsafeMutablePointer<SocketConnection>.allocate(capacity: capacity * 2)
            larger.moveInitialize(from: storage, count: count)
            storage.deallocate()
            (storage, capacity) = (larger, capacity * 2)
        }
        (storage + count).initialize(to: SocketConnection())
        count += 1
        return Int32(count - 1)
    }

    /// Frees an entry.
    mutating func giveBack(_ index: Int32) {
        self[index].state = .free
        self[index].generation &+= 1
        self[index].next = firstFree
        firstFree = index
    }
}
