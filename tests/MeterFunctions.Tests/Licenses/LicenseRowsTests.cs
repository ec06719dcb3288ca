using Azure.Data.Tables;
using MeterFunctions.Licenses;
using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using Metering;

namespace MeterFunctions.Tests.Licenses;

public sealed class LicenseRowsTests
{
    private const int MaxBytes = 8 * 1024;

    [Fact]
    public void A_license_with_20_features_and_35_days_of_use_is_under_8_KB()
    {
        var (_, size) = LicenseRows.State(AfterUse(features: 20, days: 35), default, "commit", App.Start, AnsweredMessages.None);

        Assert.InRange(size, 500, MaxBytes);
    }

    [Fact]
    public void A_state_is_the_same_after_it_was_written_and_read()
    {
        var state = AfterUse(features: 3, days: 3);

        var (row, _) = LicenseRows.State(state, new byte[] { 1, 2, 3 }, "commit", App.Start, AnsweredMessages.None);
        var read = LicenseRows.ReadState(row, readAt: 7);

        Assert.Equal(Body(row), Body(LicenseRows.State(read.State, default, "", default, AnsweredMessages.None).Row));
        Assert.Equal([1, 2, 3], read.Link.ToArray());
        Assert.Equal(("commit", false, App.Start, 7), (read.Commit, read.IsReserved, read.RetentionAt, read.ReadAt));
    }

    [Fact]
    public void A_body_of_any_length_is_the_same_after_it_was_written_and_read()
    {
        var random = new Random(1);
        foreach (var length in new[] { 0, 1, 64 * 1024, 200_000, PackedBody.MaxBytes - 100 })
        {
            var body = new byte[length];
            random.NextBytes(body);
            var row = new TableEntity("p", "r");

            Assert.InRange(PackedBody.Set(row, "Body", body), 1, PackedBody.MaxBytes);
            Assert.InRange(row.Count - 2, 1, PackedBody.MaxColumns);
            Assert.Equal(body, PackedBody.Get(row, "Body"));
        }

        var large = new byte[PackedBody.MaxBytes + 1];
        random.NextBytes(large);
        Assert.Throws<ArgumentException>(() => PackedBody.Set(new TableEntity("p", "r"), "Body", large));
    }

    [Fact]
    public void A_body_that_is_damaged_or_missing_is_said_to_be()
    {
        var row = new TableEntity("p", "r");
        Assert.Throws<InvalidDataException>(() => PackedBody.Get(row, "Body"));

        row["Body"] = new byte[] { 255, 255, 255, 255 };
        Assert.Throws<InvalidDataException>(() => PackedBody.Get(row, "Body"));
    }

    private static byte[] Body(TableEntity row) => PackedBody.Get(row, LicenseRows.Columns.Body);

    private static LicenseState AfterUse(int features, int days)
    {
        var open = Commands.Open("lic_sample") with
        {
            Features =
            [
                .. Enumerable.Range(0, features).Select(i => new FeatureTerms(
                    new Feature { Code = $"feature_{i:D2}", Name = $"Feature {i}", Kind = FeatureKind.Metered, Unit = "call" },
                    new Terms { Limit = 100_000, Reset = new Reset { Interval = Interval.Month } })),
            ],
        };
        var state = LicenseMeter.Apply(null, open, App.Start).State;
        for (var day = 0; day < days; day++)
        {
            for (var i = 0; i < features; i++)
            {
                state = LicenseMeter.Apply(
                    state, new Consume { FeatureCode = $"feature_{i:D2}", Given = 12.5m }, App.Start.AddDays(day).AddMinutes(i)).State;
            }
        }

        return state;
    }
}
