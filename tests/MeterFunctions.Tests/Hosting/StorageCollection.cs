namespace MeterFunctions.Tests.Hosting;

/// <summary>Tests that need the storage share one emulator, and run beside each other in tables of their own.</summary>
[CollectionDefinition(Name)]
public sealed class StorageCollection : ICollectionFixture<Azurite>
{
    public const string Name = "storage";
}
