namespace Metering.Client.Tests;

/// <summary>The client's types as their callers see them.</summary>
public sealed class PublicNameTests
{
    [Fact]
    public void No_two_public_types_have_one_name_so_that_both_namespaces_can_be_used_in_one_file() =>
        Assert.Empty(
            from type in typeof(MeteringClient).Assembly.GetExportedTypes()
            group type.FullName by type.Name into named
            where named.Count() > 1
            select string.Join(", ", named));
}
