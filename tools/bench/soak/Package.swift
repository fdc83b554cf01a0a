// swift-tools-version: 6.2
import PackageDescription

// How often the soak tests err, on series whose truth is known. Its own package, so that no one else builds it.
let package = Package(
    name: "soak",
    dependencies: [.package(name: "reprise", path: "../../..")],
    targets: [
        .executableTarget(
            name: "soak",
            dependencies: [.product(name: "RepriseAnalysis", package: "reprise")],
            swiftSettings: [
                .swiftLanguageMode(.v6),
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .treatAllWarnings(as: .error),
            ])
    ]
)
