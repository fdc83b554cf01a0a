import Traffic

/// An exchange from another program's file, with the connection and session given there.
struct ImportedExchange {
    /// The exchange; its connection and session numbers are not assigned yet.
    var exchange: Exchange
    /// The connection given by the file.
    var connection = ConnectionMark.unknown
    /// The session given by the file.
    var session = SessionMark.unknown
    /// The addresses of both sides, if the file has them.
    var client: SocketAddress?
    var server: SocketAddress?

    /// How a file identifies a connection.
    enum ConnectionMark: Hashable {
        /// A number that is unique in the file.
        case number(UInt32)
        /// A name that is unique in the file.
        case name(String)
        case unknown
    }

    /// How a file identifies a session.
    enum SessionMark: Hashable {
        /// A number that is unique in the file.
        case number(UInt32)
        /// A name that is unique in the file.
        case name(String)
        /// The file belongs to one user: all of it is one session.
        case file
        case unknown
    }

    init(_ exchange: Exchange) { self.exchange = exchange }
}
