namespace Source.Tests;

/// <summary>A summary says more than the name that it stands above.</summary>
public sealed class SummaryTests
{
    [Fact]
    public void No_summary_only_repeats_the_name() => Checkout.AssertNone(
        from file in Checkout.Product
        from summary in DocSummary.In(file)
        where summary.IsEcho
        select $"{file.At(summary.Line)} says no more than {summary.Type} {summary.Name}: {summary.Text}");

    [Theory]
    [InlineData("The id.", "public required string Id { get; init; }")]
    [InlineData("Gets or sets the id of the token.", "public string? Id => token.Id;")]
    [InlineData("The user.", "public string? UserId { get; init; }")]
    [InlineData("A token's id.", "public const string TokenId = \"id\";")]
    [InlineData("A token record.", "public sealed record TokenRecord(string Id);")]
    [InlineData("Opens the balances.", "public Task<Answer<Balance>> OpenBalanceAsync(string id, CancellationToken cancel);")]
    [InlineData("Of the token: its state.", "State,")]
    [InlineData("The <see cref=\"Metering.UserId\"/>.", "public UserId UserId { get; }")]
    [InlineData("The routes of tokens.", "public static (string Name, int Count) TokenRoutes()")]
    public void An_echo_is_found(string summary, string declaration) => Assert.True(Only($"    /// <summary>{summary}</summary>", declaration).IsEcho);

    [Theory]
    [InlineData("Who used it; null when nobody was told.", "public string? UserId { get; init; }")]
    [InlineData("Opens the balance with nothing in it.", "public void OpenBalance()")]
    [InlineData("The token that a <see cref=\"Producer\"/> has.", "public string Token;")]
    public void A_summary_that_says_more_is_none(string summary, string declaration) =>
        Assert.False(Only($"    /// <summary>{summary}</summary>", declaration).IsEcho);

    [Fact]
    public void A_summary_of_many_lines_is_read_with_the_type_around_it_and_past_attributes()
    {
        var file = new TextFile("a.cs",
        [
            "namespace A;", "", "/// <summary>Where keys lie.</summary>", "[Flags]", "public sealed partial class KeyStore<T> : Store", "{",
            "    /// <summary>", "    /// The stored", "    /// key.", "    /// </summary>", "    /// <remarks>Kept for a day.</remarks>", "    [Key]",
            "    public string Get(string name)", "    {", "    }", "}",
        ]);
        Assert.Equal(
            [new(2, "Where keys lie.", "KeyStore", ""), new(6, "The stored key.", "Get", "KeyStore")], DocSummary.In(file));
        Assert.Equal([false, true], DocSummary.In(file).Select(summary => summary.IsEcho));
    }

    [Fact]
    public void Nearly_every_summary_of_the_product_is_read() =>
        Assert.InRange(
            Checkout.Product.Sum(file => DocSummary.In(file).Count()) / (double)Checkout.Product.Sum(Written), 0.99, 1.0);

    private static int Written(TextFile file) => file.Lines.Count(line => line.Contains("/// <summary>", StringComparison.Ordinal));

    private static DocSummary Only(string summary, string declaration) => Assert.Single(
        DocSummary.In(new("a.cs", ["public class Token", "{", summary, $"    {declaration}", "}"])));
}
