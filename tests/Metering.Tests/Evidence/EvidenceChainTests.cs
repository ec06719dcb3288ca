using System.Text;

namespace Metering.Tests.Evidence;

/// <summary>A link depends on everything that it is over, and on nothing else.</summary>
public sealed class EvidenceChainTests
{
    private static readonly byte[] Entry = Encoding.UTF8.GetBytes("""{"sequence":1,"kind":"consumed","amount":5}""");
    private static readonly byte[] Digest = DigestOf("answer", "body", "key", "event");

    [Fact]
    public void The_same_evidence_has_the_same_link() =>
        Assert.Equal(LinkOf(EvidenceChain.Beginning, Entry, Digest), LinkOf(EvidenceChain.Beginning, Entry, Digest));

    [Fact]
    public void Any_changed_byte_of_an_entry_changes_its_link()
    {
        var link = LinkOf(EvidenceChain.Beginning, Entry, Digest);
        for (var i = 0; i < Entry.Length; i++)
        {
            var changed = (byte[])Entry.Clone();
            changed[i] ^= 1;
            Assert.NotEqual(link, LinkOf(EvidenceChain.Beginning, changed, Digest));
        }
    }

    [Fact]
    public void A_link_depends_on_the_one_before_and_on_what_is_remembered()
    {
        var link = LinkOf(EvidenceChain.Beginning, Entry, Digest);
        Assert.NotEqual(link, LinkOf(link, Entry, Digest));
        Assert.NotEqual(link, LinkOf(EvidenceChain.Beginning, Entry, []));
        Assert.NotEqual(link, LinkOf(EvidenceChain.Beginning, [.. Digest, .. Entry], []));
    }

    [Fact]
    public void A_digest_tells_each_of_its_parts_from_the_next()
    {
        Assert.NotEqual(Digest, DigestOf("answers", "body", "key", "event"));
        Assert.NotEqual(Digest, DigestOf("answerb", "ody", "key", "event"));
        Assert.NotEqual(Digest, DigestOf("answer", "body", "", "keyevent"));
        Assert.NotEqual(Digest, DigestOf("answer", "body", "event", "key"));
    }

    [Fact]
    public void An_entry_of_any_size_has_a_link()
    {
        var large = new byte[100_000];
        var link = LinkOf(EvidenceChain.Beginning, large, DigestOf(new string('x', 100_000), "", "", ""));
        large[^1] = 1;
        Assert.NotEqual(link, LinkOf(EvidenceChain.Beginning, large, DigestOf(new string('x', 100_000), "", "", "")));
    }

    private static byte[] LinkOf(ReadOnlySpan<byte> previous, byte[] entry, byte[] digest)
    {
        var link = new byte[EvidenceChain.Size];
        EvidenceChain.Link(previous, entry, digest, link);
        return link;
    }

    private static byte[] DigestOf(string answer, string body, string key, string eventId)
    {
        var digest = new byte[EvidenceChain.Size];
        EvidenceChain.Digest(
            Encoding.UTF8.GetBytes(answer), Encoding.UTF8.GetBytes(body), Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(eventId),
                digest);
        return digest;
    }
}
