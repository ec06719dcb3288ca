using Metering.Client.Tests.Support;

namespace Metering.Cli.Tests.Support;

/// <summary>One server for all classes: each test has customers of its own.</summary>
[CollectionDefinition(Name)]
public sealed class MeterCollection : ICollectionFixture<Meter>
{
    public const string Name = "meter";
}
