"""scikit-learn's TF-IDF with logistic regression on the texts that deskhand-peers hands over.

Prints the median seconds for all texts, in a batch and one at a time, as JSON.
"""

import json
import statistics
import sys
import time

try:
    import sklearn
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
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
    model = make_pipeline(words, LogisticRegression(C=4, max_iter=300))
    model.fit([text for text, _ in training], [label for _, label in training])
    print(json.dumps({
        "version": sklearn.__version__,
        "batch": seconds(lambda: model.predict(texts), 5),
        "one_by_one": seconds(lambda: [model.predict([text]) for text in texts], 3),
    }))


main()
