/// A record as on the wire (RFC 8446 section 5.1), without its header of five bytes.
struct TLSRecord: Equatable {
    /// Content types.
    enum ContentType {
        static let changeCipherSpec: UInt8 = 20
        static let alert: UInt8 = 21
        static let handshake: UInt8 = 22
        static let applicationData: UInt8 = 23
        static let heartbeat: UInt8 = 24
    }

    static let headerBytes = 5
    /// The maximum length of a record: 2^14 plus the expansion that TLS 1.2 allows for encryption (RFC 5246 section
    /// 6.2.3).
    static let maximumBytes = 1 << 14 + 2048

    /// The maximum bytes on the wire of a usual full-size record.
    static let largestBytes = headerBytes + 1 << 14 + 256

    var type: UInt8
    var version: UInt16
    var fragment: [UInt8]
    /// TCP sequence number of its header.
    var sequence: UInt32

    /// Bytes on the wire.
    var wireBytes: Int { TLSRecord.headerBytes + fragment.count }
}
