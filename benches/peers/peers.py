"""scikit-learn's TF-IDF with logistic regression on the texts that deskhand-peers hands over.

It answers what deskhand answers, desk and tier with their probabilities: two regressions on one
matrix. Prints the median seconds for all texts, in a batch and one at a time, as JSON.
"""

import json
import statistics
import sys
import time

try:
    import sklearn
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
except ImportError:
    sys.exit("scikit-learn is not installed: pip install scikit-learn")


def seconds(run, rounds):
    times = []
    for _ in range(rounds):
        start = time.thread_time()
        run()
        times.append(time.thread_time() - start)
    return statistics.median(times)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        data = json.load(file)
    training, texts = data["training"], data["texts"]
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    matrix = words.fit_transform([text for text, _, _ in training])
    desk, tier = (LogisticRegression(C=4, max_iter=300) for _ in range(2))
    desk.fit(matrix, [label for _, label, _ in training])
    tier.fit(matrix, [label for _, _, label in training])

    def answer(texts):
        matrix = words.transform(texts)
        return desk.predict_proba(matrix), tier.predict_proba(matrix)

    print(json.dumps({
        "version": sklearn.__version__,
        "batch": seconds(lambda: answer(texts), 5),
        "one_by_one": seconds(lambda: [answer([text]) for text in texts], 3),
    }))


main()
