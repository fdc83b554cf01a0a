internal import CPq
internal import Glibc

/// A connection to a PostgreSQL server (libpq). Belongs to one thread at a time; its calls block, each up to its
/// timeout.
public struct PostgresConnection: ~Copyable {

    private let connection: OpaquePointer

    /// Connects.
    ///
    /// - Parameters:
    ///   - address: a URL or words such as `host=/run/postgresql dbname=app`
    ///   - password: the password if the address has none
    ///   - timeout: the timeout of connecting and of each statement, in whole seconds, at least two
    ///   - name: the application name that the server shows
    /// - Throws: ``PostgresError`` if the server cannot be reached or refuses the connection
    public init(
        _ address: String, password: String? = nil, timeout: Duration, name: String
    ) throws(PostgresError) {
        let seconds = max(2, Int((timeout / .seconds(1)).rounded(.up)))
        var words = [
            ("dbname", address), ("connect_timeout", "\(seconds)"), ("application_name", name),
            ("options", "-c statement_timeout=\(seconds * 1000) -c client_min_messages=warning"),
        ]
        if let password { words.append(("password", password)) }
        let keys = words.map { strdup($0.0) }
        let values = words.map { strdup($0.1) }
        defer { for text in keys + values { free(text) } }
        let keyPointers = keys.map { UnsafePointer<CChar>($0) } + [nil]
        let valuePointers = values.map { UnsafePointer<CChar>($0) } + [nil]
        guard let made = PQconnectdbParams(keyPointers, valuePointers, 1) else {
            throw PostgresError("out of memory", isOfConnection: true)
        }
        guard PQstatus(made) == CONNECTION_OK else {
            let reason = Self.error(of: made)
            PQfinish(made)
            throw PostgresError(reason, isOfConnection: true)
        }
        connection = made
    }

    deinit { PQfinish(connection) }

    /// Runs a statement.
    ///
    /// - Parameter parameters: the values of `$1` and so on, as text; nil for null
    /// - Returns: the rows, as text; nil for null
    /// - Throws: the server's error; after a connection failure, the connection can no longer be used
    @discardableResult
    public func rows(_ statement: String, _ parameters: [String?] = []) throws(PostgresError) -> [[String?]] {
        let copies = parameters.map { $0.map { strdup($0) } ?? nil }
        defer { for copy in copies { free(copy) } }
        let pointers = copies.map { UnsafePointer<CChar>($0) }
        guard
            let result = PQexecParams(
                connection, statement, Int32(parameters.count), nil, pointers, nil, nil, 0)
        else { throw failure() }
        defer { PQclear(result) }
        let status = PQresultStatus(result)
        guard status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK else { throw failure() }
        let columns = PQnfields(result)
        return (0..<PQntuples(result)).map { row in
            (0..<columns).map { column in
                PQgetisnull(result, row, column) == 1
                    ? nil : PQgetvalue(result, row, column).map { String(cString: $0) }
            }
        }
    }

    private func failure() -> PostgresError {
        PostgresError(Self.error(of: connection), isOfConnection: PQstatus(connection) != CONNECTION_OK)
    }

    /// The first line of the library's message; it never contains the password.
    private static func error(of connection: OpaquePointer) -> String {
        let text = PQerrorMessage(connection).map { String(cString: $0) } ?? "no reason given"
        return text.split(whereSeparator: \.isNewline).first.map { String($0.prefix(200)) } ?? "no reason given"
    }
}

/// Why a PostgreSQL server gave no reply, in a few words; never contains a password.
public struct PostgresError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A few words.
    public var description: String
    /// Whether the connection was lost or could not be made.
    public var isOfConnection: Bool

    init(_ description: String, isOfConnection: Bool) {
        self.description = description
        self.isOfConnection = isOfConnection
    }
}
