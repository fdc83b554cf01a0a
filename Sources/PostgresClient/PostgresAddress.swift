internal import CPq
internal import Glibc

/// The address of a PostgreSQL server as libpq reads it: a URL, or words such as `host=/run/postgresql dbname=app`.
public enum PostgresAddress {

    /// The hosts that a connection would go to, without Unix sockets; nil for a text that libpq cannot read.
    ///
    /// A host that the address does not name comes from the variable `PGHOST`.
    public static func hosts(in text: String) -> [String]? {
        guard let options = PQconninfoParse(text, nil) else { return nil }
        defer { PQconninfoFree(options) }
        var named: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { named[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        let hosts = named["hostaddr"] ?? named["host"] ?? getenv("PGHOST").map { String(cString: $0) } ?? ""
        return hosts.split(separator: ",").map(String.init).filter { !$0.hasPrefix("/") && !$0.hasPrefix("@") }
    }
}
