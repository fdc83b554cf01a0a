/// The registered users, in this process or in a database that all workers share.
enum UserDirectory: Sendable {
    case memory(UserStore)
    case database(DatabaseUsers)

    /// Registers a user.
    ///
    /// - Returns: the new id, or nil if the name is taken
    /// - Throws: ``APIError`` if the database does not answer
    func register(username: String, password: String) async throws -> Key128? {
        switch self {
        case .memory(let store): store.register(username: username, password: password)
        case .database(let users): try await users.register(username: username, password: password)
        }
    }

    /// The id of an authenticated user; nil both for an unknown name and for a wrong password.
    ///
    /// - Throws: ``APIError`` if the database does not answer
    func authenticate(username: String, password: String) async throws -> Key128? {
        switch self {
        case .memory(let store): store.authenticate(username: username, password: password)
        case .database(let users): try await users.authenticate(username: username, password: password)
        }
    }

    /// The number of registrations in this process.
    var count: Int { if case .memory(let store) = self { store.count } else { 0 } }
}

/// Users in a table: a name, an id, and a digest of the password with that id.
struct DatabaseUsers: Sendable {
    let pool: PostgresPool

    static let schema = """
        CREATE TABLE IF NOT EXISTS sample_users (
            name text PRIMARY KEY, id text NOT NULL, secret text NOT NULL, created timestamptz NOT NULL DEFAULT now())
        """

    func register(username: String, password: String) async throws -> Key128? {
        let id = Key128.random()
        let rows = try await pool.rows(
            "INSERT INTO sample_users (name, id, secret) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING id",
            [username, id.text(prefix: ""), Self.secret(of: password, user: id)])
        return rows.isEmpty ? nil : id
    }

    func authenticate(username: String, password: String) async throws -> Key128? {
        let rows = try await pool.rows("SELECT id, secret FROM sample_users WHERE name = $1", [username])
        guard let row = rows.first, row.count == 2, let id = row[0].flatMap({ Key128(text: $0, prefix: "") }),
            row[1] == Self.secret(of: password, user: id)
        else { return nil }
        return id
    }

    private static func secret(of password: String, user: Key128) -> String {
        KeyedDigest(key: Array(user.text(prefix: "").utf8)).digest(of: password, as: .password).text(prefix: "")
    }
}
