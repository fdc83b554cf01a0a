import Formats

/// What the name of a login or registration field says about its value.
enum IdentityFieldName {
    /// The name in lowercase without word separators.
    static func plain(_ name: String) -> String {
        String(
            decoding: name.lowercased().utf8.filter { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte >= 0x80
            }, as: UTF8.self)
    }

    /// Whether the field holds a person's name, address or telephone number.
    static func isName(_ field: String) -> Bool { isPlainName(plain(field)) || isAddress(field) || isPhone(field) }

    /// Whether it is a telephone number.
    static func isPhone(_ field: String) -> Bool { phones.contains(plain(field)) }

    /// Whether it is an e-mail address.
    static func isAddress(_ field: String) -> Bool {
        let name = plain(field)
        return addresses.contains(name) || ["email", "emailaddress"].contains { name.hasSuffix($0) }
    }

    /// Whether it is a password, including one that is repeated or to be changed.
    static func isPassword(_ field: String) -> Bool {
        let name = plain(field)
        // `password1` and `password2`, in forms that ask twice.
        let word = name.trimmingDigits
        return passwords.contains(word)
            || ["password", "passwd", "passphrase"].contains { word.hasPrefix($0) || word.hasSuffix($0) }
    }

    /// Whether it is a hash of a password.
    static func isHash(_ field: String) -> Bool { hashWords.occur(in: plain(field).utf8) }

    private static let hashWords = AnyCaseWords("hash", "md5", "sha1", "sha256", "digest", "encrypt", "crypt")

    private static func isPlainName(_ plain: String) -> Bool {
        names.contains(plain) || ["username", "loginname"].contains { plain.hasSuffix($0) }
    }

    /// Names in hand-written forms, and in WordPress (`log`), MediaWiki (`wpName`, `lgname`) and others.
    private static let names: Set<String> = [
        "username", "user", "login", "name", "loginname", "userlogin", "uname", "userid", "loginid", "account",
        "accountname", "nick", "nickname", "handle", "identifier", "log", "wpname", "lgname", "emailorusername",
        "usernameoremail", "loginemail",
    ]
    private static let phones: Set<String> = [
        "phone", "phonenumber", "phoneno", "userphone", "mobile", "mobilenumber", "mobilephone", "msisdn", "telephone",
        "tel",
        "cellphone", "cell",
    ]
    private static let addresses: Set<String> = ["email", "emailaddress", "useremail", "mail", "usermail"]
    private static let passwords: Set<String> = [
        "pwd", "pass", "secret", "passcode", "userpass", "pw", "passwort", "kennwort", "senha", "contrasena", "clave",
    ]

    /// One- and two-letter names for the user name and password, such as Fossil's `u` and `p`; the likeliest first.
    static let shortNames = ["u", "un", "uid", "l", "e", "n", "id"]
    static let shortPasswords: Set<String> = ["p", "pw", "pin"]

    /// Column names, in the order of preference for names and for addresses.
    private static let nameColumns = ["username", "user", "login", "loginname", "userlogin", "account", "name"]
    private static let addressColumns = ["email", "emailaddress", "useremail", "mail"]

    /// The column of `table` whose value takes the place of `value` in `field`; nil when none fits.
    ///
    /// A column with the field's own name is preferred to one with the same meaning.
    static func column(of table: FeedTable, for field: String, value: [UInt8]) -> String? {
        let plainColumns = table.columns.map(plain)
        func column(called names: [String]) -> Int? {
            for name in names {
                if let index = plainColumns.firstIndex(of: name) { return index }
            }
            return nil
        }
        func found(_ index: Int?) -> String? { index.map { table.columns[$0] } }
        if let own = plainColumns.firstIndex(of: plain(field)) { return found(own) }
        if isPassword(field) { return found(table.columns.firstIndex(where: isPassword)) }
        guard isName(field) || field == tokenSubject else { return nil }
        let address = column(called: addressColumns)
        let name = column(called: nameColumns)
        guard isAddress(field) || value.contains(UInt8(ascii: "@")) else { return found(name ?? address) }
        // An address is needed; a user name serves only if the field does not demand an address or the names are
        // addresses.
        let isNameAnAddress = name.map { table.value(row: 0, column: $0).contains(UInt8(ascii: "@")) } ?? false
        return found(address ?? (isNameAnAddress || !isAddress(field) ? name : nil))
    }

    /// The token claim that names a person.
    static let tokenSubject = "sub"
}

extension String {
    fileprivate var trimmingDigits: String {
        var rest = self
        while let last = rest.utf8.last, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(last) { rest.removeLast() }
        return rest
    }
}
