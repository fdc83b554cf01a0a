internal import Formats
internal import Plan
internal import Traffic

/// The values of each script that take long to make, and are therefore made ahead: slow signatures, and what a command makes.
struct MintTable: Sendable {
    /// A token of a script.
    struct Entry: Sendable {
        /// Index into the script's values.
        var value: Int
        /// The first and the last request that it is needed for.
        var firstRequest: Int
        var lastRequest: Int
        /// When the first of them is due after the clone, in nanoseconds of the run.
        var firstDueNs: Int64
        var maker: Maker
        /// How long it is valid, in seconds; nil where that is not known.
        var lifetimeSeconds: Int64? {
            if case .recipe(let recipe) = maker { recipe.lifetimeSeconds } else { nil }
        }
    }

    /// Who makes it.
    enum Maker: Sendable {
        case recipe(TokenRecipe)
        /// The user's command, asked for what is called so.
        case command(String)

        init?(_ value: ValueRecipe) {
            switch value {
            case .minted(let recipe) where recipe.algorithm.isSlow: self = .recipe(recipe)
            case .asked(let name): self = .command(name)
            case .minted, .bound, .identity, .signature, .aws: return nil
            }
        }
    }

    private let entries: [[Entry]]
    /// Whether there are any.
    let isEmpty: Bool
    /// Whether there are requests that a command signs.
    let hasSignatures: Bool

    init(plan: ReplayPlan) {
        entries = plan.scripts.map { script in
            script.values.indices.compactMap { value in
                guard let maker = Maker(script.values[value]),
                    let first = script.requests.firstIndex(where: { $0.neededValues.contains(value) }),
                    let last = script.requests.lastIndex(where: { $0.neededValues.contains(value) })
                else { return nil }
                return Entry(
                    value: value, firstRequest: first, lastRequest: last,
                    firstDueNs: plan.options.speed.scaled(script.requests[first].offsetNs), maker: maker)
            }
        }
        hasSignatures = plan.scripts.contains { script in
            script.values.contains { value in
                if case .signature = value { true } else { false }
            }
        }
        isEmpty = !hasSignatures && entries.allSatisfy(\.isEmpty)
    }

    subscript(script: Int) -> [Entry] { entries[script] }

    func entry(_ value: Int, ofScript script: Int) -> Entry? { entries[script].first { $0.value == value } }
}

/// How long before its need or its expiry a token is made.
enum MintLead {
    /// The longest time that a token is made before its first need.
    static let longestSeconds: Int64 = 30

    /// How long before its first need a token of this lifetime is made, in seconds: the first quarter of its life at most.
    static func ahead(lifetimeSeconds: Int64?) -> Int64 {
        min(longestSeconds, max(1, (lifetimeSeconds ?? .max) / 4))
    }

    /// The same in nanoseconds.
    static func aheadNs(lifetimeSeconds: Int64?) -> Int64 {
        ahead(lifetimeSeconds: lifetimeSeconds) * Nanoseconds.perSecond
    }

    /// How long before its expiry a token that is signed when it is needed is replaced.
    static func margin(lifetimeSeconds: Int64?) -> Int64 { min(5, max(1, (lifetimeSeconds ?? .max) / 4)) }
}
