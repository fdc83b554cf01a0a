/// The stored parts of responses in flight: responses that values are taken from, and heads received in fragments.
struct KeptResponses {
    private struct Entry {
        var partialHead: [UInt8] = []
        var head: [UInt8] = []
        var body: [UInt8] = []
        var trailers: [UInt8] = []
        var limit = SocketBounds.keptBodyBytes
        var isTooLong = false
    }

    private var entries: [Entry] = []
    private var unused: [Int32] = []

    /// Allocates an entry for a response.
    mutating func take() -> Int32 {
        if let index = unused.popLast() { return index }
        entries.append(Entry())
        return Int32(entries.count - 1)
    }

    /// Frees an entry, if there is one.
    mutating func giveBack(_ index: inout Int32) {
        guard index >= 0 else { return }
        entries[Int(index)] = Entry()
        unused.append(index)
        index = -1
    }

    /// Appends a fragment of an incomplete head; allocates an entry if there is none.
    ///
    /// - Returns: false when the head exceeds its limit, or does not begin like a response.
    mutating func appendPartialHead(_ bytes: UnsafeRawBufferPointer, _ index: inout Int32) -> Bool {
        if index < 0 { index = take() }
        guard entries[Int(index)].partialHead.count + bytes.count <= SocketBounds.headBytes else { return false }
        entries[Int(index)].partialHead.append(contentsOf: bytes)
        return zip(entries[Int(index)].partialHead, "HTTP/".utf8).allSatisfy { $0 == $1 }
    }

    /// Takes the head that was received in fragments.
    mutating func takePartialHead(_ index: Int32) -> [UInt8] {
        defer { entries[Int(index)].partialHead = [] }
        return entries[Int(index)].partialHead
    }

    /// Stores a complete head; its body follows, up to a limit in bytes.
    mutating func set(head: UnsafeRawBufferPointer, _ index: Int32, limit: Int = SocketBounds.keptBodyBytes) {
        entries[Int(index)].head = Array(head)
        entries[Int(index)].limit = limit
    }

    /// Appends a fragment of a body; a body that exceeds its limit is not stored at all.
    mutating func append(body bytes: UnsafeRawBufferPointer, _ index: Int32) {
        guard !entries[Int(index)].isTooLong, !entries[Int(index)].head.isEmpty else { return }
        if entries[Int(index)].body.count + bytes.count > entries[Int(index)].limit {
            entries[Int(index)].isTooLong = true
            entries[Int(index)].body = []
        } else {
            entries[Int(index)].body.append(contentsOf: bytes)
        }
    }

    /// Appends a fragment of a trailer section, as far as its limit allows.
    mutating func append(trailers bytes: UnsafeRawBufferPointer, _ index: Int32) {
        guard !entries[Int(index)].head.isEmpty,
            entries[Int(index)].trailers.count + bytes.count <= SocketBounds.keptTrailerBytes
        else { return }
        entries[Int(index)].trailers.append(contentsOf: bytes)
    }

    /// Moves the stored parts to `result`, and frees the entry.
    mutating func take(_ index: inout Int32, into result: inout TransferResult) {
        let entry = entries[Int(index)]
        giveBack(&index)
        (result.head, result.body, result.trailers) = (entry.head, entry.body, entry.trailers)
    }
}
