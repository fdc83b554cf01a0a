import Traffic

/// An exchange out of another program's file, and what that file says of where it belongs.
struct ImportedExchange {
    /// The exchange; its connection and session numbers mean nothing yet.
    var exchange: Exchange
    /// What the file says of the connection.
    var connection = ConnectionMark.unknown
    /// What the file says of the session.
    var session = SessionMark.unknown
    /// The sides' addresses, where the file has them.
    var client: SocketAddress?
    var server: SocketAddress?

    /// A connection as a file names it.
    enum ConnectionMark: Hashable {
        /// By a number that is unique in the file.
        case number(UInt32)
        /// By anything else that is unique in the file.
        case name(String)
        case unknown
    }

    /// A session as a file names it.
    enum SessionMark: Hashable {
        /// By a number that is unique in the file.
        case number(UInt32)
        /// By anything else that is unique in the file.
        case name(String)
        /// The file is one person's: all of it is one session.
        case file
        case unknown
    }

    init(_ exchange: Exchange) { self.exchange = exchange }
}
