import CZlib

extension HistogramSnapshot {
    /// The first bytes of V2 histograms, plain and deflated (`V2EncodingCookieBase | 0x10`,
    /// `V2CompressedEncodingCookieBase | 0x10`).
    private static let plainCookie: UInt32 = 0x1c84_9313
    private static let deflatedCookie: UInt32 = 0x1c84_9314
    /// The counts of all indices of the largest layout, nine bytes each.
    private static let largestPlainBytes = 64 << 20

    /// The compressed V2 form (`encodeIntoCompressedByteBuffer`).
    func deflated() -> [UInt8] {
        let plain = encoded()
        var size = compressBound(uLong(plain.count))
        var body = [UInt8](repeating: 0, count: Int(size))
        let status = compress2(&body, &size, plain, uLong(plain.count), Z_DEFAULT_COMPRESSION)
        precondition(status == Z_OK, "compressBound gives room enough")
        return HistogramSnapshot.bigEndian(HistogramSnapshot.deflatedCookie) + HistogramSnapshot.bigEndian(UInt32(size))
            + body[..<Int(size)]
    }

    /// - Returns: nil if the bytes are not a compressed V2 histogram.
    init?(deflated bytes: ArraySlice<UInt8>) {
        var input = bytes
        guard let cookie: UInt32 = HistogramSnapshot.take(from: &input),
            cookie & ~0xf0 == HistogramSnapshot.deflatedCookie & ~0xf0,
            let length: UInt32 = HistogramSnapshot.take(from: &input), Int(length) <= input.count,
            let plain = HistogramSnapshot.inflated(Array(input.prefix(Int(length))))
        else { return nil }
        self.init(encoded: plain)
    }

    private static func inflated(_ bytes: [UInt8]) -> [UInt8]? {
        var capacity = max(4096, bytes.count * 8)
        while capacity <= largestPlainBytes {
            var plain = [UInt8](repeating: 0, count: capacity)
            var size = uLong(capacity)
            let status = uncompress(&plain, &size, bytes, uLong(bytes.count))
            if status == Z_OK { return Array(plain[..<Int(size)]) }
            guard status == Z_BUF_ERROR else { return nil }
            capacity *= 4
        }
        return nil
    }

    private func encoded() -> [UInt8] {
        var payload: [UInt8] = []
        var next = 0
        for (index, count) in counts.sorted(by: { $0.key < $1.key }) {
            if index > next { HistogramSnapshot.put(-Int64(index - next), into: &payload) }
            HistogramSnapshot.put(Int64(min(count, UInt64(Int64.max))), into: &payload)
            next = index + 1
        }
        var bytes = HistogramSnapshot.bigEndian(HistogramSnapshot.plainCookie)
        bytes += HistogramSnapshot.bigEndian(UInt32(payload.count))
        bytes += HistogramSnapshot.bigEndian(UInt32(0))
        bytes += HistogramSnapshot.bigEndian(UInt32(significantDigits))
        bytes += HistogramSnapshot.bigEndian(lowestDiscernible)
        bytes += HistogramSnapshot.bigEndian(highestTrackable)
        bytes += HistogramSnapshot.bigEndian((1.0).bitPattern)
        return bytes + payload
    }

    private init?(encoded bytes: [UInt8]) {
        var input = bytes[...]
        guard let cookie: UInt32 = HistogramSnapshot.take(from: &input),
            cookie & ~0xf0 == HistogramSnapshot.plainCookie & ~0xf0,
            let length: UInt32 = HistogramSnapshot.take(from: &input),
            let offset: UInt32 = HistogramSnapshot.take(from: &input), offset == 0,
            let digits: UInt32 = HistogramSnapshot.take(from: &input),
            let lowest: UInt64 = HistogramSnapshot.take(from: &input),
            let highest: UInt64 = HistogramSnapshot.take(from: &input),
            let _: UInt64 = HistogramSnapshot.take(from: &input), Int(length) <= input.count
        else { return nil }
        self.init(significantDigits: Int(digits), lowestDiscernible: lowest, highestTrackable: highest)
        input = input.prefix(Int(length))
        var index = 0
        let limit = indexLimit
        while !input.isEmpty {
            guard let number = HistogramSnapshot.number(from: &input) else { return nil }
            if number < 0 {
                guard number > -Int64(limit) else { return nil }
                index += Int(-number)
            } else {
                guard index < limit else { return nil }
                add(UInt64(number), at: index)
                index += 1
            }
        }
    }

    private static func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }

    private static func take<Number: FixedWidthInteger>(from input: inout ArraySlice<UInt8>) -> Number? {
        let size = Number.bitWidth / 8
        guard input.count >= size else { return nil }
        defer { input = input.dropFirst(size) }
        return input.prefix(size).reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
    }

    /// Zigzag LEB128 of at most nine bytes; the ninth holds eight bits (`ZigZagEncoding` of HdrHistogram).
    private static func put(_ number: Int64, into bytes: inout [UInt8]) {
        var rest = UInt64(bitPattern: number << 1 ^ number >> 63)
        for _ in 0..<8 {
            guard rest >= 0x80 else {
                bytes.append(UInt8(rest))
                return
            }
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    private static func number(from input: inout ArraySlice<UInt8>) -> Int64? {
        var value: UInt64 = 0
        for place in 0..<9 {
            guard let byte = input.popFirst() else { return nil }
            let isLast = place == 8
            value |= UInt64(isLast ? byte : byte & 0x7f) << UInt64(7 * place)
            if isLast || byte < 0x80 { break }
        }
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }
}
