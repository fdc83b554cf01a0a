import Glibc

/// Goes from block to block of a log, over damage to the next block that is whole, and notes what it passed.
struct BlockWalker: ~Copyable {
    /// A block and where it stands.
    struct Place {
        var header: BlockHeader
        /// Byte offset of the header.
        var offset: UInt64

        var bytes: Range<UInt64> { BlockEntry(header, at: offset).bytes }
    }

    let source: LogSource
    /// What was found damaged so far.
    private(set) var damages = LogDamages()
    /// How the log ends; known once ``next()`` returned nil.
    private(set) var ending = LogEnding.unfinished
    /// The log's number; nil while only damage was seen.
    private(set) var logID: UInt64?
    private var position = UInt64(LogFormat.fileHeaderBytes)
    private var nextSequence: UInt64 = 0
    /// Whether blocks may be missing because of a damage already noted.
    private var isResuming = false
    private var buffer = GrowingBuffer()

    /// Opens the log at `path` and reads its header.
    ///
    /// - Throws: ``SessionLogError`` when it cannot be read, is no log or is of a newer version.
    static func open(path: String) throws(SessionLogError) -> BlockWalker {
        let source = try LogSource(path: path)
        var buffer = GrowingBuffer()
        try source.read(LogFormat.fileHeaderBytes, at: 0, into: &buffer)
        let reading = FileHeader.read(buffer.bytes)
        switch reading {
        case .valid(let header), .corrected(let header):
            guard header.version == LogFormat.version, header.flags == 0 else {
                throw .unsupportedVersion(path: path, version: header.version)
            }
            var walker = BlockWalker(source: source, logID: header.logID)
            if reading != .valid(header) { walker.noteHeader() }
            return walker
        case .damaged(let version):
            if let version, version != LogFormat.version { throw .unsupportedVersion(path: path, version: version) }
            let looksLikeLog = buffer.bytes.starts(with: LogFormat.fileMagic)
            var walker = BlockWalker(source: source, logID: nil)
            try walker.recoverHeader(looksLikeLog: looksLikeLog)
            return walker
        }
    }

    private init(source: consuming LogSource, logID: UInt64?) {
        self.source = source
        self.logID = logID
    }

    /// The next block, nil at the end of the file.
    ///
    /// - Throws: ``SessionLogError/readFailed(path:offset:errno:)``.
    mutating func next() throws(SessionLogError) -> Place? {
        while position < source.size, ending != .whole {
            guard let header = try header(at: position) else {
                try passDamage()
                continue
            }
            let place = Place(header: header, offset: position)
            guard place.bytes.upperBound <= source.size else {
                noteCutOff(lost: header.kind == .traffic ? UInt64(header.count) : nil)
                break
            }
            position = place.bytes.upperBound
            guard isInOrder(place) else { continue }
            guard header.kind == .end else { return place }
            ending = .whole
        }
        noteEnd()
        return nil
    }

    /// Reads the payload of a block into `payload`.
    ///
    /// - Returns: false when it does not match its checksum; the damage is noted then.
    mutating func read(_ place: Place, into payload: inout GrowingBuffer) throws(SessionLogError) -> Bool {
        let start = place.offset + UInt64(LogFormat.blockHeaderBytes)
        try source.read(Int(place.header.storedBytes), at: start, into: &payload)
        let isWhole =
            payload.count == Int(place.header.storedBytes)
            && checksum(payload.bytes) == place.header.payloadChecksum
        if !isWhole { note(place.header.kind == .index ? .index : .checksum, place) }
        return isWhole
    }

    /// Notes damage to a block.
    mutating func note(_ kind: LogDamage.Kind, _ place: Place) {
        let lost = place.header.kind == .traffic ? UInt64(place.header.count) : nil
        damages.add(LogDamage(kind: kind, bytes: place.bytes, lostExchanges: lost))
    }

    /// The valid header at `offset`; nil when there is none.
    mutating func header(at offset: UInt64) throws(SessionLogError) -> BlockHeader? {
        try source.read(LogFormat.blockHeaderBytes, at: offset, into: &buffer)
        return BlockHeader.read(buffer.bytes, logID: logID)
    }
}

extension BlockWalker {
    private mutating func noteHeader() {
        damages.add(LogDamage(kind: .fileHeader, bytes: 0..<UInt64(LogFormat.fileHeaderBytes)))
    }

    /// Finds the first block of a log whose own header is unusable; without one the file is no log.
    private mutating func recoverHeader(looksLikeLog: Bool) throws(SessionLogError) {
        guard let first = try search(from: 0, to: UInt64(LogFormat.maximumSearchBytes)) else {
            guard looksLikeLog else { throw .notSessionLog(path: source.path) }
            damages.add(LogDamage(kind: .fileHeader, bytes: 0..<source.size))
            position = source.size
            return
        }
        logID = try header(at: first)?.logID
        let headerBytes = UInt64(LogFormat.fileHeaderBytes)
        damages.add(LogDamage(kind: .fileHeader, bytes: 0..<min(first, headerBytes)))
        // With the first block in its place only the header is damaged; otherwise what lies between is noted too.
        position = min(first, headerBytes)
        isResuming = first < headerBytes
    }

    /// Notes the bytes up to the next block and goes there.
    private mutating func passDamage() throws(SessionLogError) {
        let start = position
        if let next = try search(from: start + 1, to: source.size) {
            damages.add(LogDamage(kind: .blockHeader, bytes: start..<next))
            position = next
            isResuming = true
            return
        }
        if source.size - start < UInt64(LogFormat.blockHeaderBytes) {
            noteCutOff(lost: nil)
        } else {
            damages.add(LogDamage(kind: .blockHeader, bytes: start..<source.size))
        }
        position = source.size
    }

    /// A writer's unfinished block is no damage.
    private mutating func noteCutOff(lost: UInt64?) {
        if !source.isBeingWritten {
            damages.add(LogDamage(kind: .cutOff, bytes: position..<source.size, lostExchanges: lost))
        }
        position = source.size
    }

    private mutating func noteEnd() {
        if ending != .whole {
            ending = source.isBeingWritten ? .beingWritten : .unfinished
        } else if position < source.size {
            damages.add(LogDamage(kind: .trailing, bytes: position..<source.size))
            position = source.size
        }
    }

    private mutating func isInOrder(_ place: Place) -> Bool {
        let sequence = place.header.sequence
        guard sequence >= nextSequence else {
            note(.repeatedBlock, place)
            return false
        }
        if sequence > nextSequence, !isResuming {
            damages.add(LogDamage(kind: .missingBlocks, bytes: place.offset..<place.offset))
        }
        isResuming = false
        nextSequence = sequence &+ 1
        return true
    }

    /// The offset of the first valid block header in `start..<end`.
    private mutating func search(from start: UInt64, to end: UInt64) throws(SessionLogError) -> UInt64? {
        let chunkBytes = 1 << 18
        var chunkStart = start
        while chunkStart < min(end, source.size) {
            // Each chunk reaches a header's length into the next, so that none is cut in two.
            try source.read(chunkBytes + LogFormat.blockHeaderBytes, at: chunkStart, into: &buffer)
            let bytes = buffer.bytes
            var offset = 0
            while offset < min(chunkBytes, bytes.count), chunkStart + UInt64(offset) < end,
                let found = bytes.firstOffset(of: LogFormat.blockMagic[0], from: offset)
            {
                if BlockHeader.read(UnsafeRawBufferPointer(rebasing: bytes[found...]), logID: logID) != nil {
                    return chunkStart + UInt64(found)
                }
                offset = found + 1
            }
            chunkStart += UInt64(chunkBytes)
        }
        return nil
    }
}

extension UnsafeRawBufferPointer {
    /// The first offset of `byte` from `start` on; corresponds to memchr(3).
    fileprivate func firstOffset(of byte: UInt8, from start: Int) -> Int? {
        guard start < count, let base = baseAddress else { return nil }
        return memchr(base + start, Int32(byte), count - start).map { UnsafeRawPointer($0) - base }
    }
}
