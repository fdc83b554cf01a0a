import HTTPWire
import Traffic

/// The credentials of an exchange, as text: what its request carries and what its response gives.
struct ExchangeCredentials {
    /// Shorter values are no secrets.
    private static let minimumBytes = 8
    /// Longer bodies are not searched for tokens.
    private static let maximumBodyBytes = 64 << 10

    var carried: [String] = []
    var given: [String] = []

    /// - Parameter countsNames: whether the user name of a login or registration is one too: where connections are unknown,
    ///   nothing else joins the two.
    init(_ request: RequestHead?, _ response: ResponseHead?, _ exchange: Exchange, countsNames: Bool) {
        if let authorization = request?.first("authorization") { carry(authorization) }
        for cookies in request?.all("cookie") ?? [] {
            for pair in cookies.split(separator: ";") { note(cookie: pair, in: &carried) }
        }
        if countsNames, let body = exchange.request?.body,
            !ExchangeCredentials.members(of: body, named: ["password"]).isEmpty
        {
            let names = ExchangeCredentials.members(
                of: body, named: ["username", "user_name", "email", "login", "user"])
            if let name = names.first { carried.append("user \(name)") }
        }
        guard let response, response.status < 400 else { return }
        for cookie in response.all("set-cookie") {
            note(cookie: cookie.prefix { $0 != ";" }, in: &given)
        }
        if request?.method != "GET" {
            given += ExchangeCredentials.members(of: exchange.response?.body ?? []) {
                $0.contains("token") || $0.contains("jwt")
            }.filter { $0.utf8.count >= ExchangeCredentials.minimumBytes }
        }
    }

    /// The scheme is left out, so that a token given in a body is the one carried as `Bearer`.
    private mutating func carry(_ authorization: String) {
        let token = authorization.split(separator: " ", maxSplits: 1).last ?? ""
        if token.utf8.count >= ExchangeCredentials.minimumBytes { carried.append(String(token)) }
    }

    /// Only cookies whose names say that they hold a session are identities; the rest is preferences and tracking.
    private func note(cookie pair: Substring, in list: inout [String]) {
        let trimmed = pair.drop { $0 == " " }
        guard let equals = trimmed.firstIndex(of: "=") else { return }
        let name = trimmed[..<equals].lowercased()
        guard trimmed[equals...].utf8.count > ExchangeCredentials.minimumBytes,
            ["sess", "sid", "token", "auth", "jwt"].contains(where: { name.contains($0) })
        else { return }
        list.append(String(trimmed))
    }

    private static func members(of body: [UInt8], named names: Set<String>) -> [String] {
        members(of: body) { names.contains($0) }
    }

    /// The strings of a JSON object's members, at any depth, by their names in lower case.
    private static func members(of body: [UInt8], where isWanted: (String) -> Bool) -> [String] {
        guard body.count <= maximumBodyBytes, body.contains(UInt8(ascii: "{")),
            let text = String(validating: body, as: UTF8.self)
        else { return [] }
        let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
        // "name": "value" splits into name, the colon, value.
        return parts.indices.dropLast(2).compactMap { index in
            guard (1...20).contains(parts[index].utf8.count), isWanted(parts[index].lowercased()),
                parts[index + 1].drop(while: \.isWhitespace).first == ":"
            else { return nil }
            return String(parts[index + 2])
        }
    }
}
