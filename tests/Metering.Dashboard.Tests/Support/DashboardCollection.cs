namespace Metering.Dashboard.Tests.Support;

/// <summary>All tests share the browser and the server.</summary>
[CollectionDefinition(Name)]
public sealed class DashboardCollection : ICollectionFixture<DashboardFixture>
{
    public const string Name = "dashboard";
}
