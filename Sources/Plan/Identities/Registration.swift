/// Telling requests that make a new person known from those of people who are known.
enum Registration {
    /// Whether `draft`, which carries credentials and was answered with `status`, makes a new person known.
    static func isMade(by draft: RequestDraft, status: UInt16?) -> Bool {
        status == 201 || isNamed(by: draft.target) || asksTwice(draft)
    }

    /// Whether a target says so.
    private static func isNamed(by target: [UInt8]) -> Bool {
        let text = String(decoding: target, as: UTF8.self).lowercased()
        let path = text.prefix { $0 != "?" }
        if path.split(separator: "/").contains(where: { segment in collections.contains { $0 == segment } }) {
            return true
        }
        return parts.contains { text.contains($0) }
    }

    /// Whether the password stands there twice, as people type a new one.
    private static func asksTwice(_ draft: RequestDraft) -> Bool {
        let passwords = CredentialFinder.credentials(in: draft).filter { $0.kind == .password }
        return passwords.count > 1 && passwords.allSatisfy { $0.value == passwords[0].value }
    }

    private static let collections: Set<Substring> = ["join", "enroll", "users", "accounts"]
    private static let parts = [
        "register", "registration", "signup", "sign-up", "sign_up", "createaccount", "create-account", "create_account",
        "newuser", "new_user", "newaccount",
    ]
}
