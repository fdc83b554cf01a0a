import Credentials

/// Puts what credentials are, not their values, where an exchange is shown: `Bearer ‹JWT HS256, 231 bytes›`.
struct SecretMask {
    /// Whether anything is masked at all.
    let isOn: Bool

    /// A head as text with the values of its credentials masked.
    func head(_ text: String) -> String {
        guard isOn else { return text }
        return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { index, line in
            index == 0 && !line.hasPrefix(":") ? startLine(String(line)) : field(String(line))
        }.joined(separator: "\n")
    }

    /// Laid-out JSON, a member a line, with the values of secret members masked.
    func json(_ text: String) -> String {
        guard isOn else { return text }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { member(String($0)) }
            .joined(separator: "\n")
    }

    /// A form (`user=ann&password=…`) with the values of secret fields masked.
    func form(_ text: String) -> String {
        guard isOn else { return text }
        return text.split(separator: "&", omittingEmptySubsequences: false).map { pair in
            guard let equals = pair.firstIndex(of: "="),
                isSecret(pair[..<equals]) || isJWT(pair[pair.index(after: equals)...])
            else { return String(pair) }
            return "\(pair[...equals])\(SecretMask.mark(pair[pair.index(after: equals)...]))"
        }.joined(separator: "&")
    }

    /// What is shown instead of `value`.
    static func mark(_ value: some StringProtocol) -> String {
        let kind = WebToken.algorithm(of: value).map { "JWT \(TerminalText.safe($0)), " } ?? ""
        return "‹\(kind)\(value.utf8.count) bytes›"
    }

    private func startLine(_ line: String) -> String {
        guard let question = line.firstIndex(of: "?") else { return line }
        let start = line.index(after: question)
        let end = line[start...].lastIndex(of: " ") ?? line.endIndex
        return line[..<start] + form(String(line[start..<end])) + line[end...]
    }

    private func field(_ line: String) -> String {
        guard let colon = line.dropFirst().firstIndex(of: ":") else { return line }
        let value = line[line.index(after: colon)...].drop { $0 == " " }
        let name = line[..<colon].lowercased()
        let masked: String
        switch name {
        case ":path": return startLine(line)
        case "authorization", "proxy-authorization":
            let parts = value.split(separator: " ", maxSplits: 1)
            masked = parts.count == 2 ? "\(parts[0]) \(SecretMask.mark(parts[1]))" : SecretMask.mark(value)
        case "cookie": masked = value.split(separator: ";").map(cookie).joined(separator: ";")
        case "set-cookie":
            let parts = value.split(separator: ";", maxSplits: 1)
            masked = cookie(parts.first ?? "") + (parts.count > 1 ? ";" + parts[1] : "")
        default:
            guard isSecret(name) || isJWT(value) else { return line }
            masked = SecretMask.mark(value)
        }
        return "\(line[..<colon]): \(masked)"
    }

    private func cookie(_ pair: Substring) -> String {
        guard let equals = pair.firstIndex(of: "=") else { return String(pair) }
        return pair[...equals] + SecretMask.mark(pair[pair.index(after: equals)...])
    }

    /// A line such as `  "password": "gehei",`.
    private func member(_ line: String) -> String {
        let parts = line.split(separator: "\"", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, parts[2] == ": ", let end = parts[3].lastIndex(of: "\"") else { return line }
        let value = parts[3][..<end]
        guard isSecret(parts[1]) || isJWT(value) else { return line }
        return "\(parts[0])\"\(parts[1])\": \"\(SecretMask.mark(value))\(parts[3][end...])"
    }

    private func isSecret(_ name: some StringProtocol) -> Bool {
        let plain = name.lowercased().filter { $0 != "-" && $0 != "_" }
        return ["token", "password", "passwd", "secret", "apikey", "jwt", "credential"].contains { plain.contains($0) }
    }

    private func isJWT(_ value: some StringProtocol) -> Bool { WebToken.algorithm(of: value) != nil }
}
