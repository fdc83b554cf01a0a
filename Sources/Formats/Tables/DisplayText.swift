extension String {
    /// The text made safe for display: control characters, direction overrides and invisible characters become `�`;
    /// line ends and tabs become a space.
    ///
    /// Endpoint labels and error texts come from the network: an escape sequence in them must not reach a terminal.
    public var displayable: String {
        if utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return self }
        var result = ""
        result.unicodeScalars.reserveCapacity(unicodeScalars.count)
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control where scalar == "\n" || scalar == "\t" || scalar == "\r": result.unicodeScalars.append(" ")
            case .control, .format, .surrogate, .privateUse, .lineSeparator, .paragraphSeparator:
                result.unicodeScalars.append("\u{FFFD}")
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Like ``displayable``, but keeps line ends (as line feeds) and tabs.
    public var displayableLines: String {
        replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.split(separator: "\t", omittingEmptySubsequences: false).map { String($0).displayable }
                .joined(separator: "\t")
        }.joined(separator: "\n")
    }

    /// The text padded with trailing spaces to `width` columns.
    public func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - displayWidth))
    }

    /// The text padded with leading spaces to `width` columns.
    public func leftPadded(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - displayWidth)) + self
    }

    /// The text truncated to `width` terminal columns, with `…` if something was cut off.
    public func cut(to width: Int) -> String {
        guard displayWidth > width else { return self }
        var result = ""
        var used = 1
        for character in self {
            used += character.displayWidth
            if used > width { break }
            result.append(character)
        }
        return width < 1 ? "" : result + "…"
    }

    /// The number of terminal columns.
    public var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }

    /// The text in lines of at most `width` columns, broken between words; a longer word is broken inside.
    public func wrapped(to width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in split(separator: " ") {
            var rest = String(word)
            if !line.isEmpty, line.displayWidth + 1 + rest.displayWidth > width {
                lines.append(line)
                line = ""
            }
            while rest.displayWidth > width {
                let head = rest.head(columns: width)
                lines.append(head)
                rest.removeFirst(head.count)
            }
            line += line.isEmpty ? rest : " " + rest
        }
        if !line.isEmpty || lines.isEmpty { lines.append(line) }
        return lines
    }

    /// The first characters that fit, at least one.
    private func head(columns width: Int) -> String {
        var used = 0
        let head = prefix { character in
            used += character.displayWidth
            return used <= width
        }
        return String(head.isEmpty ? prefix(1) : head)
    }
}

extension Character {
    /// The number of terminal columns: two for East Asian wide characters and emoji (Unicode Annex 11), otherwise one.
    fileprivate var displayWidth: Int {
        guard let scalar = unicodeScalars.first, scalar.value >= 0x1100 else { return 1 }
        return Character.wideRanges.contains { $0.contains(scalar.value) } ? 2 : 1
    }

    private static let wideRanges: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
        0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
        0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF, 0x20000...0x3FFFD,
    ]
}
