namespace Source.Tests;

/// <summary>What no text of the repository has.</summary>
public sealed class TextTests
{
    // In parts, so that this file is not found itself.
    private static readonly string[] Postponed = ["TO" + "DO", "FIX" + "ME", "HA" + "CK:"];

    [Fact]
    public void No_line_ends_with_white_space() => Checkout.AssertNone(
        from file in Checkout.Texts
        from index in Enumerable.Range(0, file.Lines.Count)
        where file.Lines[index] != file.Lines[index].TrimEnd()
        select file.At(index));

    [Fact]
    public void Nothing_is_left_to_be_done_later() => Checkout.AssertNone(
        from file in Checkout.Sources
        from index in Enumerable.Range(0, file.Lines.Count)
        where Postponed.Any(word => file.Lines[index].Contains(word, StringComparison.Ordinal))
        select file.At(index));
}
