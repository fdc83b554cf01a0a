// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// What the tests run is optimized in debug builds too, with assertions: the tests compute for minutes otherwise.
let optimized: [SwiftSetting] =
    settings + [.unsafeFlags(["-O", "-assert-config", "Debug"], .when(configuration: .debug))]

let package = Package(
    name: "reprise",
    products: [
        .executable(name: "reprise", targets: ["reprise"]),
        .executable(name: "sample-api", targets: ["SampleAPI"]),
        // For tools/bench/logbench.
        .library(name: "RepriseLog", targets: ["Traffic", "SessionLog"]),
        // For tools/fuzzing.
        .library(
            name: "RepriseReaders",
            targets: [
                "Formats", "Traffic", "ContentCodings", "Capture", "SessionLog", "Interchange", "Plan", "Measurement",
                "Analysis", "Report", "TestSupport",
            ]),
        // For tools/bench/soak.
        .library(name: "RepriseAnalysis", targets: ["Traffic", "Measurement", "Analysis"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        // Which C libraries do we use? Module maps and shims only.
        .systemLibrary(name: "CPcap", providers: [.apt(["libpcap-dev"])]),
        .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "COpenSSL", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CBrotli", providers: [.apt(["libbrotli-dev"])]),
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
        .systemLibrary(name: "CPq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CLinux"),

        // How are values written as text? Each text and number format once; no I/O.
        .target(name: "Formats", dependencies: ["CZlib"], swiftSettings: optimized),
        // The pipeline, in the order of the data flow.
        // Who is calling? What identifies a caller, where a secret can be, what is shown instead. Pure.
        .target(name: "Credentials", dependencies: ["Formats"], swiftSettings: optimized),
        // What are the basic types? Values only, no I/O.
        .target(name: "Traffic", dependencies: ["Credentials", "Formats"], swiftSettings: optimized),
        // How do threads start, wait and wake each other? Linux calls with Swift names.
        .target(name: "Threads", dependencies: ["CLinux"], swiftSettings: optimized),
        // What do the bytes say? HTTP parsing and writing; no sockets.
        .target(name: "HTTPWire", dependencies: ["Credentials", "Formats", "Traffic"], swiftSettings: optimized),
        // What is in encoded bodies and files? gzip, deflate, brotli and zstd, both ways, bounded.
        .target(
            name: "ContentCodings", dependencies: ["Formats", "CZlib", "CZstd", "CBrotli"], swiftSettings: optimized),
        // What happened on the wire? Packets, connections, exchanges, sessions.
        .target(
            name: "Capture",
            dependencies: [
                "Credentials", "Formats", "Traffic", "Threads", "HTTPWire", "ContentCodings", "COpenSSL", "CPcap",
                "CZlib",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"), .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: optimized),
        // What must not be stored? Credentials and everything else a policy names, replaced wherever they occur. Pure.
        .target(
            name: "Redaction",
            dependencies: [
                "Credentials", "Formats", "Traffic", "ContentCodings",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Yams", package: "Yams"),
            ],
            exclude: ["POLICIES.md"], swiftSettings: optimized),
        // How is it stored? The .rlog format.
        .target(
            name: "SessionLog",
            dependencies: [
                "Credentials", "Formats", "Traffic", "HTTPWire", "CZstd", "CZlib",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "Histogram", package: "hdrhistogram-swift"),
            ],
            exclude: ["FORMAT.md"], swiftSettings: optimized),
        // How do other programs store it? HAR, .gor and JSON Lines, read and written.
        .target(
            name: "Interchange",
            dependencies: [
                "Credentials", "Formats", "Traffic", "HTTPWire", "ContentCodings",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            exclude: ["FORMATS.md"], swiftSettings: optimized),
        // What will we send, and when? Pure.
        .target(
            name: "Plan",
            dependencies: [
                "Credentials", "Formats", "Traffic", "HTTPWire", "ContentCodings", "COpenSSL",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: optimized),
        // What did we observe? Outcomes, histograms, windows, target monitors, the run folder.
        .target(
            name: "Measurement", dependencies: ["Formats", "Traffic", "HTTPWire"],
            swiftSettings: optimized),
        // How do we query Redis? Blocking connections, for watching it and for the sample service.
        .target(name: "RedisClient", dependencies: ["CHiredis"], swiftSettings: optimized),
        // How do we query PostgreSQL? Blocking connections, for watching it and for the sample service.
        .target(name: "PostgresClient", dependencies: ["CPq"], swiftSettings: optimized),
        // How is the target doing? Processes, cgroups, Redis, PostgreSQL, log files.
        .target(
            name: "Monitoring",
            dependencies: ["Formats", "Traffic", "Threads", "Measurement", "RedisClient", "PostgresClient"],
            swiftSettings: optimized),
        // How is it sent? Clock, workers, transports.
        .target(
            name: "Replay",
            dependencies: [
                "Formats", "Traffic", "Threads", "HTTPWire", "ContentCodings", "Redaction", "Plan", "Measurement",
                "CCurl", "COpenSSL", "CLinux",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
            ],
            swiftSettings: optimized),
        // What does it mean? Percentiles, soak verdicts, gates. Pure.
        .target(
            name: "Analysis",
            dependencies: [
                "Formats", "Traffic", "Measurement", .product(name: "Histogram", package: "hdrhistogram-swift"),
            ],
            swiftSettings: optimized),
        // How is it shown? Terminal and HTML.
        .target(
            name: "Report",
            dependencies: [
                "Credentials", "Formats", "Traffic", "HTTPWire", "ContentCodings", "Redaction", "SessionLog", "Plan",
                "Measurement", "Analysis", "CZlib",
            ],
            swiftSettings: optimized),
        // How is a run watched? A web page of the run, and metrics for Prometheus.
        .target(
            name: "Live",
            dependencies: [
                "Formats", "Traffic", "Threads", "Measurement", "Analysis", "Report", "CCurl",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: optimized),
        // What does a campaign consist of? The YAML file as values: phases, mixes, faults, gates. Pure.
        .target(
            name: "Scenario",
            dependencies: ["Formats", "Traffic", "Measurement", "Analysis", .product(name: "Yams", package: "Yams")],
            swiftSettings: optimized),
        // Which steps make up a job? Captures, imports, replays and campaigns, without a terminal.
        .target(
            name: "Workflows",
            dependencies: [
                "Formats", "Traffic", "Threads", "HTTPWire", "Capture", "Redaction", "SessionLog", "Interchange",
                "Plan", "Replay", "Measurement", "Monitoring", "RedisClient", "PostgresClient", "Analysis", "Report",
                "Scenario", "CLinux",
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: optimized),
        // How do I run it? Subcommands, wiring only.
        .executableTarget(
            name: "reprise",
            dependencies: [
                "Credentials", "Formats", "Traffic", "HTTPWire", "ContentCodings", "Capture", "Redaction", "SessionLog",
                "Interchange", "Plan",
                "Replay", "Measurement", "Analysis", "Report", "Live", "Monitoring", "Scenario", "Threads", "Workflows",
                "CLinux", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: optimized),
        // What do we test it on? A real HTTP API with logins, tokens, leaks and drifts on demand.
        .executableTarget(
            name: "SampleAPI",
            dependencies: [
                "Formats", "Traffic", "Threads", "RedisClient", "PostgresClient", "CLinux",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: optimized),

        .target(
            name: "TestSupport",
            dependencies: [
                "Formats", "Traffic", "Measurement", "COpenSSL", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"), .product(name: "NIOCore", package: "swift-nio"),
            ],
            path: "Tests/TestSupport", swiftSettings: optimized),
        // Where do waiting tests run? On separate threads, so that others compute meanwhile.
        .target(name: "TestThreads", path: "Tests/TestThreads", swiftSettings: optimized),
        // What goes wrong? A raw-socket server that resets, hangs, closes and stalls on demand, for tests and benchmarks.
        .executableTarget(
            name: "fault-server",
            dependencies: [
                "CLinux", "TestSupport", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tests/FaultServer", swiftSettings: optimized),
        .testTarget(
            name: "CredentialsTests", dependencies: ["Credentials", "Formats", "TestSupport"], exclude: ["Golden"],
            swiftSettings: settings),
        .testTarget(
            name: "TrafficTests", dependencies: ["Credentials", "Formats", "Traffic", "TestSupport"],
            exclude: ["Golden"],
            swiftSettings: settings),
        .testTarget(
            name: "FormatsTests", dependencies: ["Formats", "TestSupport"], exclude: ["Golden"], swiftSettings: settings
        ),
        .testTarget(
            name: "HTTPWireTests", dependencies: ["HTTPWire", "Traffic", "TestSupport"], exclude: ["Golden"],
            swiftSettings: settings),
        .testTarget(
            name: "ContentCodingsTests", dependencies: ["ContentCodings", "Formats", "TestSupport"],
            exclude: ["Golden"],
            swiftSettings: settings),
        .testTarget(
            name: "CaptureTests",
            dependencies: [
                "Capture", "HTTPWire", "Traffic", "TestSupport", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"), .product(name: "NIOCore", package: "swift-nio"),
            ],
            exclude: ["Golden"], swiftSettings: settings),
        .testTarget(
            name: "RedactionTests",
            dependencies: ["Credentials", "Redaction", "ContentCodings", "Formats", "Plan", "Traffic", "TestSupport"],
            exclude: ["Golden"], swiftSettings: settings),
        .testTarget(
            name: "SessionLogTests",
            dependencies: ["Credentials", "SessionLog", "Interchange", "HTTPWire", "Traffic", "TestSupport"],
            exclude: ["Golden"], swiftSettings: settings),
        .testTarget(
            name: "InterchangeTests",
            dependencies: ["Interchange", "ContentCodings", "Formats", "HTTPWire", "Traffic", "TestSupport"],
            exclude: ["Golden"], swiftSettings: settings),
        .testTarget(
            name: "PlanTests",
            dependencies: [
                "Plan", "Formats", "Traffic", "HTTPWire", "ContentCodings", "TestSupport",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            exclude: ["Golden"], swiftSettings: settings),
        .testTarget(
            name: "MeasurementTests",
            dependencies: [
                "Formats", "Traffic", "Measurement", "TestSupport",
                .product(name: "Histogram", package: "hdrhistogram-swift"),
            ],
            exclude: ["Golden"], swiftSettings: settings),
        .testTarget(
            name: "ReplayTests",
            dependencies: [
                "CLinux", "Formats", "Replay", "Threads", "Plan", "Measurement", "Traffic", "TestSupport",
                "TestThreads",
                "fault-server",
            ],
            exclude: ["Golden"], swiftSettings: settings),
        .testTarget(
            name: "AnalysisTests", dependencies: ["Formats", "Traffic", "Measurement", "Analysis", "TestSupport"],
            exclude: ["Golden"],
            swiftSettings: settings),
        .testTarget(
            name: "ReportTests",
            dependencies: [
                "Report", "ContentCodings", "Plan", "SessionLog", "Traffic", "Measurement", "Analysis", "TestSupport",
            ],
            exclude: ["Golden"], swiftSettings: settings),
        .testTarget(
            name: "LiveTests",
            dependencies: [
                "Live", "Report", "Analysis", "Measurement", "Formats", "Traffic", "TestSupport", "TestThreads",
            ],
            exclude: ["Golden"], swiftSettings: settings),
        .testTarget(
            name: "MonitoringTests",
            dependencies: ["Monitoring", "RedisClient", "Measurement", "Traffic", "TestSupport", "TestThreads"],
            swiftSettings: settings),
        .testTarget(
            name: "WorkflowsTests",
            dependencies: [
                "Workflows", "Capture", "SessionLog", "Interchange", "Scenario", "Plan", "Replay", "Measurement",
                "Analysis", "Report", "Formats", "Traffic",
                "TestSupport",
            ],
            exclude: ["Golden"], swiftSettings: settings),
        .testTarget(
            name: "ScenarioTests", dependencies: ["Scenario", "Analysis", "Formats", "Traffic", "TestSupport"],
            exclude: ["Golden"], swiftSettings: settings
        ),
        .testTarget(
            name: "SampleAPITests",
            dependencies: [
                "SampleAPI", "Plan", "Traffic", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            exclude: ["Golden"], swiftSettings: settings),
        .testTarget(
            name: "RepriseTests",
            dependencies: [
                "reprise", "Credentials", "Redaction", "ContentCodings", "SessionLog", "Interchange", "Plan", "Traffic",
                "Measurement", "Analysis", "Report", "Scenario", "Live", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["Golden"], swiftSettings: settings),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["Measurement", "Traffic", "TestSupport", "TestThreads", "reprise", "SampleAPI"],
            swiftSettings: settings),
    ]
)

// `REPRISE_TESTS=PlanTests,HTTPWireTests swift test` builds these test targets and what they need, and nothing else.
if let names = Context.environment["REPRISE_TESTS"] {
    var kept = Set(names.split(separator: ",").map(String.init))
    var unread = Array(kept)
    while let name = unread.popLast() {
        for case .byNameItem(let needed, _) in package.targets.first(where: { $0.name == name })?.dependencies ?? []
        where kept.insert(needed).inserted { unread.append(needed) }
    }
    package.targets.removeAll { !kept.contains($0.name) }
    package.products.removeAll()
}
